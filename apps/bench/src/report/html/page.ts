import { writeFile } from 'node:fs/promises';
import { atOtherSize, verdictOf, type Figure, type MeasuredFigure, type Unit } from '../../figures/figure';
import { count, shown, shownTarget } from '../../figures/numbers';
import type { Report } from '../report';
import { tally } from '../tally';
import { growthPlot, samplesPlot } from './plots';
import { STYLE } from './style';

/** What a report says of a scenario besides its figures. */
export interface Described {
  readonly name: string;
  readonly title: string;
  readonly about: string;
}

export async function writePage(
  file: string,
  report: Report,
  scenarios: readonly Described[],
): Promise<void> {
  await writeFile(file, renderPage(report, scenarios));
}

/** A page that is whole by itself: no scripts, no requests. */
export function renderPage(report: Report, scenarios: readonly Described[]): string {
  const sections = scenarios
    .map((scenario) => ({
      scenario,
      figures: report.figures.filter(({ scenario: of }) => of === scenario.name),
    }))
    .filter(({ figures }) => figures.length > 0);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Argon: measurements of ${escaped(report.startedAt.slice(0, 10))}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Argon: measurements</h1>
<p class="tally">${tally(report.figures)
    .map(({ verdict, figures }) => `<span class="${classOf(verdict)}"><b>${figures}</b> ${verdict}</span>`)
    .join(' ')}</p>
${circumstances(report)}
</header>
<nav>${sections.map(({ scenario }) => `<a href="#${scenario.name}">${escaped(scenario.title)}</a>`).join('')}</nav>
<main>
${sections.map(({ scenario, figures }) => section(scenario, figures)).join('\n')}
</main>
<footer>A dot is a sample, the bar their median, the dashed line the target. Scales are logarithmic where they can be.</footer>
</body>
</html>
`;
}

function circumstances({ machine, startedAt, finishedAt, load, quick }: Report): string {
  const minutes = (Date.parse(finishedAt) - Date.parse(startedAt)) / 60_000;
  const facts: [string, string][] = [
    ['measured', `${startedAt.replace('T', ' ').slice(0, 16)} UTC, in ${minutes.toFixed(1)} minutes`],
    ['processor', `${machine.cpu}, ${machine.cores} cores`],
    ['memory', shown(machine.memory, 'bytes')],
    ['system', machine.system],
    ['Node', machine.node],
    ['mongod', machine.mongod ?? 'none'],
    ['git', machine.git ?? 'none'],
    ['load average', `${load.start} at the start, ${load.end} at the end`],
  ];
  const rows = facts.map(([name, fact]) => `<dt>${name}</dt><dd>${escaped(fact)}</dd>`).join('');
  const hint = quick ? '<p class="hint">Made with --quick: few samples, small sizes. A smoke test.</p>' : '';
  return `<dl>${rows}</dl>${hint}`;
}

function section({ name, title, about }: Described, figures: readonly Figure[]): string {
  return `<section id="${name}">
<h2>${escaped(title)}</h2>
<p>${escaped(about)}</p>
<table>
<thead><tr><th>store</th><th class="number">documents</th><th>figure</th><th>of</th><th class="number">value</th><th class="number">95 %</th><th class="number">p50</th><th class="number">p90</th><th class="number">p99</th><th class="number">n</th><th class="number">target</th><th></th></tr></thead>
<tbody>
${figures.map(row).join('\n')}
</tbody>
</table>
${plots(figures)}
</section>`;
}

function row(figure: Figure): string {
  const verdict = verdictOf(figure);
  const lead = [figure.store, number(count(figure.size)), escaped(figure.name), escaped(figure.subject)];
  const judged = figure.kind === 'absent' || figure.target !== undefined;
  const remark = [
    judged ? verdict : '',
    atOtherSize(figure) ? '(claimed at another size)' : '',
    figure.note === undefined ? '' : escaped(figure.note),
  ];
  const cells = [
    ...lead.map(cell),
    ...(figure.kind === 'absent' ? Array(7).fill('<td></td>') : values(figure)),
  ];
  return `<tr class="${classOf(verdict)}">${cells.join('')}<td class="verdict">${remark.filter(Boolean).join(' ')}</td></tr>`;
}

function values({ value, unit, summary, interval, target }: MeasuredFigure): string[] {
  const show = (each: number | undefined): string => (each === undefined ? '' : shown(each, unit));
  return [
    `<b>${show(value)}</b>`,
    interval === undefined ? '' : `${show(interval[0])} – ${show(interval[1])}`,
    show(summary?.p50),
    show(summary?.p90),
    show(summary?.p99),
    summary === undefined ? '' : count(summary.n),
    target === undefined ? '' : shownTarget(target, unit),
  ].map((each) => cell(number(each)));
}

function plots(figures: readonly Figure[]): string {
  const measured = figures.filter((figure) => figure.kind === 'measured');
  const units = [...new Set(measured.map(({ unit }) => unit))];
  return units
    .map((unit) =>
      plotsOf(
        measured.filter((figure) => figure.unit === unit),
        unit,
      ),
    )
    .join('\n');
}

function plotsOf(figures: readonly MeasuredFigure[], unit: Unit): string {
  // The p99 of samples that are drawn already needs no drawing of its own.
  const sampled = figures.filter(({ samples, statistic }) => samples !== undefined && statistic !== 'p99');
  const lines = new Map<string, MeasuredFigure[]>();
  for (const figure of figures) {
    const line = `${figure.name} ${figure.subject} ${figure.store}`;
    lines.set(line, [...(lines.get(line) ?? []), figure]);
  }
  const growing = [...lines.values()].filter((line) => line.length > 1).flat();
  return [
    sampled.length > 0 ? `<figure>${samplesPlot(sampled, unit)}</figure>` : '',
    growing.length > 0 ? `<figure>${growthPlot(growing, unit)}</figure>` : '',
  ].join('\n');
}

function number(text: string): string {
  return `<span class="number">${text}</span>`;
}

function cell(content: string): string {
  return content.startsWith('<span class="number">')
    ? `<td class="number">${content}</td>`
    : `<td>${content}</td>`;
}

function classOf(verdict: string): string {
  return verdict.replaceAll(' ', '-');
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
