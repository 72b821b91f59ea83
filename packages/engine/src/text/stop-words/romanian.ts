/** Words that say too little to be looked for: those of Snowball's list, and others, that mongod leaves out. */
export const ROMANIAN = `
acea aceasta aceea aceia acel acela acelea acest acesta aceste acestea acolo acum ai aia aici al ale
altceva am ar are asemenea asta asupra au avea avem azi bine ca care ce cel ceva chiar cine cineva cu cum
cumva da dar de deci deja din dintre ea ei el ele este eu face fata fi fie iar la le li lor lui mai mi
mult ne nici nimeni nimic noi nu ori orice oricum pe pentru peste prea prin sa sale sau se spre sub sunt
suntem te toate tot tu un una unde unei unele uneori unii unor unui unul voi vreo vreun
`;
