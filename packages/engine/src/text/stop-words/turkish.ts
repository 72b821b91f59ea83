/** Words that say too little to be looked for: those of Snowball's list, and others, that mongod leaves out. */
export const TURKISH = `
acaba ama bana belki ben benden beni benim bin bir biri birkaç birkez biz bizden bizi bizim bu buna bunda
bundan bunu bunun da daha dahi de defa diye doksan dokuz dört elli en gibi hem hep hepsi her hiç iki ile
ise için katrilyon kez ki kim kimden kime kimi milyar milyon mu mü ne neden nerde nerede nereye niye
niçin on ona ondan onlar onlardan onlari onu otuz sanki sekiz seksen sen senden seni senin siz sizden
sizi sizin trilyon tüm ve veya ya yani yedi yirmi yüz çok çünkü üç
`;
