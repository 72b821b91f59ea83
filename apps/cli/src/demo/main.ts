import { rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname, relative } from 'node:path';
import { runCli } from '../cli/run-cli';
import { byteSize, duration } from '../render/numbers';
import { Stage } from './stage';
import { tellStory } from './story';
import { COLLECTION, dataSet, openWorld, PROJECT, storeFolder } from './world';

const interruption = new AbortController();
process.on('SIGINT', () => {
  if (interruption.signal.aborted) process.exit(130);
  interruption.abort();
});

const started = performance.now();
const stage = new Stage();
const folder = await storeFolder();
try {
  stage.title('Argon: Git for MongoDB. Real data, a store in a folder, no server.');
  await importCities();
  const world = await openWorld(folder);
  try {
    await tellStory(world, stage);
    await farewell(await world.size());
  } finally {
    await world.close();
  }
} catch (error) {
  await rm(dirname(folder), { recursive: true, force: true });
  console.error(interruption.signal.aborted ? 'Stopped.' : error);
  process.exit(interruption.signal.aborted ? 130 : 1);
}

/** Types the commands that a user would. */
async function importCities(): Promise<void> {
  stage.chapter('Import the cities of the world');
  await argon('init', '--store', folder);
  await argon('project', 'create', PROJECT, '--store', folder);
  await stage.time('import, durable at every 1,000 documents', () =>
    argon('import', relative(process.cwd(), dataSet()), '--collection', COLLECTION, '--store', folder),
  );
}

async function argon(...words: string[]): Promise<void> {
  stage.code(`$ argon ${words.slice(0, -2).join(' ')}`);
  const { stdin, stdout, stderr, env } = process;
  const { signal } = interruption;
  const code = await runCli(words, { stdin, stdout, stderr, env, cwd: process.cwd(), signal });
  if (code !== 0) throw new Error(`argon ${words[0]!} ended with code ${code}`);
}

async function farewell(size: number): Promise<void> {
  const { bold } = stage.colours;
  stage.chapter('How long it took');
  stage.times();
  const seconds = duration(performance.now() - started);
  stage.say(`all of it: ${seconds}, on ${availableParallelism()} cores; the store takes ${byteSize(size)}`);
  console.log(`\n${bold('What to type next')}`);
  const at = `--store ${folder}`;
  for (const line of [
    `npx argon status ${at}`,
    `npx argon branch list ${at}`,
    `npx argon find ${COLLECTION} --branch recovered --filter '{"visited": true}' --limit 2 ${at}`,
    `npx argon branch create mine ${at}`,
    `npx argon export ${COLLECTION} --branch recovered --out cities.csv ${at}`,
    'npx argon --help',
  ]) {
    console.log(`   ${line}`);
  }
  console.log(`\nTo remove it all: rm -r ${dirname(folder)}`);
}
