import { expect, it } from 'vitest';
import { InvalidNameError } from './errors';
import { validateBranchName, validateCollectionName, validatePinName, validateProjectName } from './names';

it('takes the names that MongoDB takes for databases', () => {
  for (const name of ['shop', 'a', 'my-app_2', 'größe', '数据', 'x'.repeat(63), '__proto__', 'Admin']) {
    expect(() => validateProjectName(name), name).not.toThrow();
  }
  const bad = [
    '',
    'a.b',
    '..',
    'a b',
    'a/b',
    'a\\b',
    'a"b',
    'a$b',
    'a*b',
    'a<b',
    'a>b',
    'a:b',
    'a|b',
    'a?b',
    'a~b',
    'a@b',
  ];
  const more = ['a\0b', 'a\nb', 'admin', 'local', 'config', 'x'.repeat(64), 'ö'.repeat(32), 'a\ud800'];
  for (const name of [...bad, ...more]) {
    expect(() => validateProjectName(name), name).toThrow(InvalidNameError);
  }
});

it('takes letters, digits, - and _ for branches and pins', () => {
  for (const name of ['main', 'feature-x', 'a', '1st', 'Ünïcode_分支', 'x'.repeat(100), 'हिन्दी']) {
    expect(() => validateBranchName(name), name).not.toThrow();
    expect(() => validatePinName(name), name).not.toThrow();
  }
  for (const name of [
    '',
    '-x',
    '_x',
    'a.b',
    'a..b',
    'a/b',
    'a\\b',
    'a$b',
    'a~b',
    'a@b',
    'a b',
    'a\0',
    'x'.repeat(101),
  ]) {
    expect(() => validateBranchName(name), name).toThrow(InvalidNameError);
    expect(() => validatePinName(name), name).toThrow(/^Invalid pin name/);
  }
});

it('takes the names that MongoDB takes for collections', () => {
  for (const name of ['things', 'a.b', 'system.views', 'with space', '~', '数', '1', 'x'.repeat(255)]) {
    expect(() => validateCollectionName(name), name).not.toThrow();
  }
  for (const name of ['', 'a$b', '$cmd', 'a\0b', '.a', 'a.', 'x'.repeat(256)]) {
    expect(() => validateCollectionName(name), name).toThrow(InvalidNameError);
  }
});

it('says which name and what is wrong with it', () => {
  expect(() => validateProjectName('a$b')).toThrow('Invalid project name "a$b": it may not contain "$".');
  try {
    validateBranchName('..');
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ code: 'ARGON_WAL_INVALID_NAME', data: { kind: 'branch', name: '..' } });
  }
});
