import { fillSlots, linklessCondition, splitTemplate } from '../ast/template.ts';
import { unreadableCondition } from '../ast/unreadable-template.ts';
import type { Condition } from '../ast/condition.ts';
import { compareCodePoints, type Scalar } from '../ast/json.ts';
import { CardeaError } from '../errors.ts';
import type { Finding } from '../model/finding.ts';
import { linkUid } from '../model/link.ts';
import type { IndexTables } from './index-tables.ts';
import { FAILED_BINDING, NO_LINK, UNKNOWN_BINDING, type VisitLink } from './link-probe.ts';
import type { Search } from './search.ts';
import { ERROR, FALSE, TRUTHS, type TruthCode, UNKNOWN } from './truth-code.ts';

/** Verifies the policies that a search has met, and tells of those that have a part in the decision. */
export class Findings {
  readonly #tables: IndexTables;
  readonly #version: () => number;

  /** @param version changes with every change of the tables */
  constructor(tables: IndexTables, version: () => number) {
    this.#tables = tables;
    this.#version = version;
  }

  /** In the order of the storage. */
  of(search: Search): readonly Finding[] {
    return this.#found(search).flatMap((one) => this.#findingsOf(one));
  }

  /** As `of`, with every link that an inquiry could yet have in the place of a template that cannot be read. */
  ofOpen(search: Search): readonly Finding[] {
    return this.#found(search).flatMap((one) =>
      one.rows[0] === FAILED_BINDING ? this.#openFindingsOf(one, search) : this.#findingsOf(one),
    );
  }

  #found(search: Search): readonly Found[] {
    const { addresses, records } = this.#tables;
    const found: Found[] = [];
    for (let at = 0; at < search.count; at++) {
      const number = search.numbers[at] as number;
      const address = addresses.get(number);
      search.rows.length = 0;
      const truth = this.truthOf(number, address, search, search.visitLink);
      if (!hasPart(truth, address)) continue;
      const rows = search.rows.length === 0 ? NO_ROWS : search.rows.slice();
      found.push({ number, address, sequence: records.sequenceOf(Math.abs(address)), truth, rows });
    }
    if (found.length > 1) found.sort((a, b) => a.sequence - b.sequence);
    return found;
  }

  /**
   * The truth of a policy with such an address, of a template that of the links whose values the inquiry has.
   *
   * @param visit is told of their rows
   */
  truthOf(number: number, address: number, { reading }: Search, visit?: VisitLink): TruthCode {
    const { records, links } = this.#tables;
    const record = Math.abs(address);
    if (!records.isTemplate(record)) return records.run(record, reading);
    const row = links.searchIn(number, reading, visit);
    if (row === NO_LINK) return FALSE;
    const rest = records.runRest(record, reading);
    if (row >= 0 || rest === FALSE) return rest;
    return row === UNKNOWN_BINDING && rest < ERROR ? UNKNOWN : ERROR;
  }

  #findingsOf({ number, address, truth, rows }: Found): Finding | readonly Finding[] {
    const { records } = this.#tables;
    const record = Math.abs(address);
    const condition = (): Condition => records.conditionOf(record);
    const finding = this.#findingOf(address, truth);
    const [row] = rows;
    if (row === undefined) return finding;
    const slots = records.slotsOf(record) ?? [];
    if (row < 0) return { ...finding, condition: this.#later(() => linkless(condition(), slots)) };
    return rows
      .map((link) => this.#linkFinding(finding, this.#tables.links.valuesAt(number, link), slots, condition))
      .sort((a, b) => compareCodePoints(a.uid, b.uid));
  }

  #findingOf(address: number, truth: TruthCode): Finding {
    const { records } = this.#tables;
    const record = Math.abs(address);
    return {
      uid: records.uidOf(record),
      effect: address < 0 ? 'deny' : 'allow',
      priority: records.priorityOf(record),
      obligations: records.obligationsOf(record),
      truth: TRUTHS[truth] as Finding['truth'],
      condition: this.#later(() => records.conditionOf(record)),
    };
  }

  // The links, and what a deny is of an inquiry of which none is looked at: that, too, may keep from allowing.
  #openFindingsOf({ number, address, truth }: Found, { reading }: Search): readonly Finding[] {
    const { records, links } = this.#tables;
    const record = Math.abs(address);
    const finding = this.#findingOf(address, truth);
    const condition = records.conditionOf(record);
    const slots = records.slotsOf(record) ?? [];
    const found = links
      .fitting(number, reading)
      .map((values) => this.#linkFinding(finding, values, slots, () => condition))
      .sort((a, b) => compareCodePoints(a.uid, b.uid));
    return address < 0 ? [...found, { ...finding, condition: () => unread(condition, slots) }] : found;
  }

  #linkFinding(
    template: Finding,
    values: readonly Scalar[],
    slots: readonly string[],
    condition: () => Condition,
  ): Finding {
    const uid = linkUid(template.uid, values);
    return { ...template, uid, condition: this.#later(() => filled(condition(), slots, values)) };
  }

  // What is decoded after a change would be another policy's.
  #later(condition: () => Condition): () => Condition {
    const version = this.#version();
    return () => {
      if (this.#version() === version) return condition();
      throw new CardeaError('CARDEA_CONFLICT', 'the policies have changed since the condition was found');
    };
  }
}

interface Found {
  readonly number: number;
  readonly address: number;
  readonly sequence: number;
  readonly truth: TruthCode;
  /** Of the links of a template. */
  readonly rows: readonly number[];
}

const NO_ROWS: readonly number[] = [];

function hasPart(truth: TruthCode, address: number): boolean {
  return truth !== FALSE && (truth !== UNKNOWN || address < 0);
}

function linkless(condition: Condition, slots: readonly string[]): Condition {
  const parts = splitTemplate(condition, slots);
  return parts.ok ? linklessCondition(parts) : condition;
}

function unread(condition: Condition, slots: readonly string[]): Condition {
  const parts = splitTemplate(condition, slots);
  return parts.ok ? unreadableCondition(parts) : condition;
}

function filled(condition: Condition, slots: readonly string[], values: readonly Scalar[]): Condition {
  return fillSlots(condition, new Map(slots.map((slot, at) => [slot, values[at] as Scalar])));
}
