import { BsonValueError, EjsonSyntaxError, encodeDocument, parseEjson } from '@argon/bson';
import { problemOf } from '../../query/arguments';
import { MalformedInputError } from '../errors';
import { JsonElements, type JsonElement } from './json-elements';

/**
 * Reads a JSON array or a sequence of documents (NDJSON or over several lines), each Extended JSON, as BSON. Memory is
 * bounded by the longest document.
 * @throws MalformedInputError
 */
export async function* readJson(chunks: AsyncIterable<Buffer>, source: string): AsyncGenerator<Uint8Array[]> {
  const scanner = new JsonElements(source);
  let before = 0;
  const encodeAll = (elements: readonly JsonElement[]) => {
    const documents = elements.map((element, i) => encode(element, before + i + 1, source));
    before += elements.length;
    return documents;
  };
  for await (const chunk of chunks) yield encodeAll(scanner.push(chunk));
  yield encodeAll(scanner.end());
}

function encode(element: JsonElement, document: number, source: string): Uint8Array {
  const { text, line, column } = element;
  try {
    const value = parseEjson(text);
    if (!(value instanceof Map)) {
      throw new MalformedInputError(
        source,
        { line, column, document },
        'expected a document, found a value of another type',
      );
    }
    return encodeDocument(value);
  } catch (error) {
    if (error instanceof EjsonSyntaxError) {
      const place = {
        line: line + error.line - 1,
        column: error.line === 1 ? column + error.column - 1 : error.column,
        document,
      };
      // What is wrong before the cut is worth more than that there is one.
      const isAtCut = element.isCut === true && error.message.includes('end of the text');
      const problem = isAtCut ? 'this document does not end within 256 MiB' : problemOf(error);
      throw new MalformedInputError(source, place, problem, error);
    }
    if (error instanceof BsonValueError) {
      throw new MalformedInputError(
        source,
        { line, column, document },
        error.message.replace(/\.$/, ''),
        error,
      );
    }
    throw error;
  }
}
