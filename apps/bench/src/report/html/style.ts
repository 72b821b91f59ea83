/** The report's style sheet: light and dark, print, narrow windows. */
export const STYLE = `
:root { color-scheme: light dark; --line: #8884; --dim: #777; --good: #1a7f37; --bad: #d1242f; --wait: #9a6700; }
@media (prefers-color-scheme: dark) { :root { --dim: #999; --good: #3fb950; --bad: #f85149; --wait: #d29922; } }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1180px; margin: 0 auto; padding: 1rem 1.5rem 4rem; }
h1 { font-size: 1.6rem; margin: 1rem 0 0; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 0.25rem; }
header dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; margin: 0.5rem 0; }
dt { color: var(--dim); }
dd { margin: 0; }
nav { display: flex; flex-wrap: wrap; gap: 0.2rem 1rem; border-block: 1px solid var(--line); padding: 0.5rem 0; }
nav a { color: inherit; }
section > p { color: var(--dim); margin: 0 0 0.5rem; max-width: 80ch; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 0.85rem; }
th { text-align: left; font-weight: 600; color: var(--dim); }
th, td { padding: 0.15rem 0.6rem 0.15rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td { white-space: nowrap; }
td.verdict { white-space: normal; }
section { overflow-x: auto; }
.number { text-align: right; }
.tally span { margin-right: 1rem; }
.met .verdict, .tally .met { color: var(--good); }
.missed .verdict, .failed .verdict, .tally .missed, .tally .failed { color: var(--bad); font-weight: 600; }
.not-there-yet .verdict, .no-peer .verdict, .tally .not-there-yet, .tally .no-peer, .hint { color: var(--wait); }
figure { margin: 0.75rem 0; }
svg { max-width: 100%; height: auto; --plot-background: transparent; }
footer { color: var(--dim); margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 0.5rem; }
@media print { nav { display: none; } section { break-inside: avoid; } }
`;
