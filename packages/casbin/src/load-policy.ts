import { Assertion, Model } from '../upstream.cjs';
import { openJournal } from './change-journal.ts';
import { IndexedModel } from './indexed-model.ts';
import { RuleTable } from './rule-table.ts';

const POLICY_SECTIONS: readonly string[] = ['p', 'g'];

/**
 * Loads a policy beside the one that a model has, for `take` to put in its place at one go. What is changed meanwhile
 * is changed in both. A load that fails leaves everything as it is.
 */
export async function loadBeside(
  model: Model,
  load: (empty: Model) => Promise<void>,
): Promise<{ readonly take: () => void }> {
  const next = emptyCopy(model);
  const journal = openJournal(model);
  try {
    await load(next);
  } catch (error) {
    journal.close();
    throw error;
  }
  return {
    take: () => {
      for (const change of journal.close()) change(next);
      moveRules(next, model);
    },
  };
}

/** The definitions of a model without its rules. */
function emptyCopy(model: Model): Model {
  const copy = new Model();
  for (const [name, section] of model.model) {
    const isPolicy = POLICY_SECTIONS.includes(name);
    copy.model.set(
      name,
      isPolicy ? new Map([...section].map(([key, assertion]) => [key, emptied(assertion)])) : section,
    );
  }
  IndexedModel.adopt(copy);
  return copy;
}

function emptied({ key, value, tokens, rm, fieldIndexMap }: Assertion): Assertion {
  return Object.assign(new Assertion(), { key, value, tokens, rm, fieldIndexMap });
}

function moveRules(from: Model, to: Model): void {
  for (const name of POLICY_SECTIONS) {
    const section = to.model.get(name);
    for (const [key, assertion] of from.model.get(name) ?? []) {
      const own = section?.get(key);
      if (own === undefined) section?.set(key, assertion);
      else RuleTable.of(own).replace(RuleTable.of(assertion).release());
    }
  }
}
