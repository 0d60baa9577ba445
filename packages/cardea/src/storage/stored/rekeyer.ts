import type { BackendWriter, Batch, Head, LinkRow, PolicyRow, StoredPolicy } from './backend.ts';
import { formatKeyState, type KeyState, parseKeyState, type RekeyPlace } from './key-state.ts';
import { KnownFacts } from './known-facts.ts';
import { linkKeyer } from './link-keyer.ts';
import { NewShapes } from './new-shapes.ts';
import { fromStoredLink } from './stored-link.ts';
import type { StoredParts } from './stored-parts.ts';
import { untilWon } from './until-won.ts';

/** What a step did. */
interface Step {
  /** How many policies and links have their keys anew. */
  readonly rows: number;
  readonly isLast: boolean;
}

/** What a step writes, and where the next one begins; nowhere after the last. */
interface Rows {
  readonly puts: readonly PolicyRow[];
  readonly links: readonly LinkRow[];
  readonly place: RekeyPlace | undefined;
}

/**
 * Writes the keys of a storage again, a batch at a time, each a revision of its own without changes. The storage knows how
 * far it is: whoever begins where another ended goes on there. Until all is done, every inquiry finds everything.
 */
export class Rekeyer {
  readonly #parts: StoredParts;

  constructor(parts: StoredParts) {
    this.#parts = parts;
  }

  /**
   * Writes the next batch, where there is something to do.
   *
   * @param limit how many policies or links at most
   */
  async step(limit: number): Promise<Step> {
    const { backend, clock } = this.#parts;
    return untilWon(() => backend.exclusively((writer) => this.#attempt(limit, writer)), clock);
  }

  async #attempt(limit: number, writer: BackendWriter): Promise<Step | undefined> {
    const { keyer, shapes } = this.#parts;
    const { head } = await writer.facts({ uids: [], counted: [], links: [] });
    const state = parseKeyState(head.keyer);
    const isOwn = state.name === keyer.name;
    if (state.name === undefined || (isOwn && !state.mixed && state.place === undefined))
      return { rows: 0, isLast: true };
    const known = await shapes.at(head, writer);
    if (known === undefined) return undefined;
    const goesOn = isOwn && state.place !== undefined;
    const shapesAfter = new NewShapes(known, { forgets: !goesOn });
    const rows = await this.#rowsAfter(goesOn ? state.place : { after: 0 }, limit, shapesAfter, writer);
    // What other writers left while it went on is for the next time.
    const mixed = goesOn && state.mixed;
    const batch = batchOf(head, rows, shapesAfter, { name: keyer.name, mixed, place: rows.place });
    if (!(await writer.commit(batch))) return undefined;
    return { rows: rows.puts.length + rows.links.length, isLast: rows.place === undefined };
  }

  async #rowsAfter(place: RekeyPlace, limit: number, shapes: NewShapes, writer: BackendWriter): Promise<Rows> {
    if (place.template !== undefined) return this.#linksAfter(place, place.template, limit, shapes, writer);
    const page = await writer.page(place.after, limit);
    const puts: PolicyRow[] = [];
    for (const row of page) {
      const put = this.#rekeyed(row, shapes);
      puts.push(put);
      // Its links come before the next policy, so that one place says it all.
      if (put.isTemplate) return { puts, links: [], place: { after: row.seq, template: row.uid } };
    }
    const last = page.at(-1);
    return { puts, links: [], place: last === undefined || page.length < limit ? undefined : { after: last.seq } };
  }

  #rekeyed(stored: StoredPolicy, shapes: NewShapes): PolicyRow {
    const { keyer, documents, parse } = this.#parts;
    const policy = documents.policyOf(stored);
    const { uid, seq, document } = stored;
    // Others may have written it: guards refuse it then, whatever is asked.
    const keys = parse(policy).ok ? shapes.note(keyer.keysOf(policy)).keys : [keyer.residual];
    return { uid, seq, document, isNew: false, isTemplate: policy.slots !== undefined, keys };
  }

  async #linksAfter(
    { after, link }: RekeyPlace,
    template: string,
    limit: number,
    shapes: NewShapes,
    writer: BackendWriter,
  ): Promise<Rows> {
    const { keyer } = this.#parts;
    const facts = new KnownFacts(await writer.facts({ uids: [template], counted: [], links: [] }), this.#parts);
    const [known, policy] = [facts.policy(template), facts.template(template)];
    if (known === undefined) return { puts: [], links: [], place: { after } };
    const keyOf = policy === undefined ? () => keyer.residual : linkKeyer(policy, keyer, shapes);
    const page = await writer.links({ template, after: link, limit });
    const links = page.links.map((stored) => {
      return { ...stored, seq: known.seq, isNew: false, key: keyOf(fromStoredLink(stored)) };
    });
    const place = page.next === undefined ? { after } : { after, template, link: page.next };
    return { puts: [], links, place };
  }
}

function batchOf(head: Head, { puts, links }: Rows, shapes: NewShapes, state: KeyState): Batch {
  return {
    base: head.revision,
    head: {
      revision: head.revision + 1,
      shapesVersion: shapes.versionAfter(head),
      nextSeq: head.nextSeq,
      keyer: formatKeyState(state),
    },
    deletes: [],
    unlinks: [],
    puts,
    links,
    forgetsShapes: shapes.forgets,
    shapes: shapes.list,
    changes: [],
  };
}
