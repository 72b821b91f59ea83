import type { CatalogQuestion, Decider, DocumentQuestion } from '@argon/branch';
import { encodeDocument } from '@argon/bson';

type Answer = Awaited<ReturnType<Decider['document']>>;

/** What somebody was asked, and answered, in order: to give the same answers when the same is asked again. */
export class Answers {
  readonly #given: { readonly subject: string; readonly answer: Answer }[] = [];

  /** Asks, and remembers. */
  asking(decider: Decider): Decider {
    const remember = <T extends Answer>(question: DocumentQuestion | CatalogQuestion, answer: T): T => {
      this.#given.push({ subject: subjectOf(question), answer });
      return answer;
    };
    return {
      document: async (question) => remember(question, await decider.document(question)),
      catalog: async (question) => remember(question, await decider.catalog(question)),
    };
  }

  /** Answers once more, from the beginning, as was answered; nothing where something else is asked. */
  again(): Decider {
    let next = 0;
    const answerTo = (question: DocumentQuestion | CatalogQuestion): Answer => {
      const given = this.#given[next++];
      return given?.subject === subjectOf(question) ? given.answer : undefined;
    };
    return {
      document: answerTo,
      catalog: (question) => {
        const answer = answerTo(question);
        return typeof answer === 'object' ? undefined : answer;
      },
    };
  }
}

function subjectOf(question: DocumentQuestion | CatalogQuestion): string {
  if (question.kind === 'catalog')
    return JSON.stringify([question.collection, question.what, question.index]);
  const id = Buffer.from(encodeDocument(new Map([['_id', question.id]]))).toString('base64');
  return JSON.stringify([question.collection, id]);
}
