/** Words of each language that mongod knows, some of which say too little to be looked for. */
export const WORDS: Readonly<Record<string, string>> = {
  danish: 'huset husene løber kærlighed børn børnene og ikke skønhed arbejder arbejdede Ærø',
  dutch: 'huis huizen lopen liefde kinderen en niet schoonheid werken gewerkt lichamelijk België',
  english: "house houses running runner loved loving the don't happiness happily generously foxes user's",
  finnish: 'talo taloissa juosta rakkaus lapset ja ei kauneus työskennellä työ puhelimella',
  french: 'maison maisons courir amour enfants les ne beauté travailler travaillé été continuellement',
  german: 'Haus Häuser laufen Liebe Kinder und nicht Schönheit arbeiten gearbeitet Straße größer',
  hungarian: 'ház házak futni szerelem gyerekek és nem szépség dolgozni kutyákkal könyv',
  italian: 'casa case correre amore bambini e non bellezza lavorare lavorato città velocemente',
  norwegian: 'huset husene løper kjærlighet barna og ikke skjønnhet arbeider arbeidet havnen',
  portuguese: 'casa casas correr amor crianças e não beleza trabalhar trabalhado coração rapidamente',
  romanian: 'casă case alerga iubire copii și nu frumusețe lucra lucrat orașului repede',
  russian: 'дом дома бежать любовь дети и не красота работать работал быстро важнейшими',
  spanish: 'casa casas correr amor niños y no belleza trabajar trabajado corazón rápidamente',
  swedish: 'huset husen springer kärlek barnen och inte skönhet arbetar arbetade flickorna',
  turkish: 'ev evler koşmak aşk çocuklar ve değil güzellik çalışmak kitaplarımız',
  none: 'the Houses running café',
};
