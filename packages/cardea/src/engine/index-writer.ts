import { splitTemplate, type TemplateParts } from '../ast/template.ts';
import type { Scalar } from '../ast/json.ts';
import { CardeaError, isCardeaError, quote } from '../errors.ts';
import type { LoweredPolicy } from '../model/lowered-policy.ts';
import type { EngineChange } from '../ports/engine.ts';
import { isListed } from './filing.ts';
import type { IndexTables } from './index-tables.ts';
import type { LinkTable } from './link-probe.ts';
import { necessaryOf } from './necessary.ts';
import type { Requirements } from './requirement.ts';

/** What undoes a step, or completes it; a number alone is a policy that was added. */
type Step =
  | number
  | {
      readonly kind: 'replaced' | 'removed';
      readonly number: number;
      readonly uid: string;
      readonly address: number;
      readonly links: LinkTable | undefined;
    }
  | { readonly kind: 'linked' | 'unlinked'; readonly number: number; readonly values: readonly (readonly Scalar[])[] };

/** Links that follow each other are added so many at a time. */
const LINKS_AT_ONCE = 256;

/** A policy read for filing: whatever is wrong with it shows before anything is touched. */
export interface ReadPolicy {
  readonly policy: LoweredPolicy;
  readonly requirements: Requirements;
  readonly template: TemplateParts | undefined;
}

/** @throws {@link CardeaError} `CARDEA_INVALID_ARGUMENT` for a template whose slots do not stand where they must */
export function readPolicy(policy: LoweredPolicy): ReadPolicy {
  return { policy, requirements: necessaryOf(policy), template: templateOf(policy) };
}

/**
 * Changes the tables of an index step by step, until all steps are committed or undone. What a step replaces or
 * removes stays where it is until then, so that undoing adds nothing and cannot fail for want of memory; only a link
 * that was taken away has to be added again.
 */
export class IndexWriter {
  readonly #tables: IndexTables;
  readonly #steps: Step[] = [];
  #isBroken = false;

  constructor(tables: IndexTables) {
    this.#tables = tables;
  }

  /** Whether a step failed half way and cannot be undone: the tables are then of no use. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Makes changes in their order: many links that follow each other faster than one by one. */
  makeAll(changes: Iterable<EngineChange>): void {
    let template: string | undefined;
    const links: (readonly Scalar[])[] = [];
    for (const change of changes) {
      if (
        links.length > 0 &&
        (change.type !== 'link' || change.template !== template || links.length === LINKS_AT_ONCE)
      ) {
        this.#linkAll(template as string, links);
        links.length = 0;
      }
      if (change.type === 'link') {
        ({ template } = change);
        links.push(change.values);
      } else this.#make(change);
    }
    if (links.length > 0) this.#linkAll(template as string, links);
  }

  #make(change: EngineChange): void {
    switch (change.type) {
      case 'link':
        return this.#linkAll(change.template, [change.values]);
      case 'put':
        return this.put(readPolicy(change.policy));
      case 'remove':
        return this.#guard(() => this.#remove(change.uid));
      case 'unlink':
        return this.#guard(() => this.#unlink(change.template, change.values));
    }
  }

  put(read: ReadPolicy): void {
    this.#guard(() => {
      const known = this.#tables.uids.find(read.policy.uid);
      if (known < 0) this.#add(read);
      else this.#replace(known, read);
    });
  }

  /** Completes all steps. */
  commit(): void {
    for (const step of this.#steps) {
      if (typeof step === 'number' || 'values' in step) continue;
      const { number, address, links } = step;
      if (step.kind === 'removed') {
        this.#forgetUid(number, step.uid);
        if (links !== undefined) this.#tables.links.releaseTemplate(links);
      } else if (links !== undefined) this.#tables.links.releaseBindings(links);
      this.#unfile(number, address);
    }
  }

  /** Undoes all steps, the last one first. */
  undo(): void {
    for (let at = this.#steps.length - 1; at >= 0; at--) this.#undo(this.#steps[at] as Step);
  }

  #add(read: ReadPolicy): void {
    const tables = this.#tables;
    const number = tables.free.pop() ?? tables.addresses.length;
    let filing: readonly number[];
    try {
      tables.addresses.set(number, 0);
      filing = this.#file(number, read, tables.nextSequence);
    } catch (error) {
      if (number < tables.addresses.length) tables.free.push(number);
      throw error;
    }
    // From here on the step can be undone.
    this.#steps.push(number);
    tables.size += 1;
    tables.templates += Number(read.template !== undefined);
    tables.nextSequence += 1;
    tables.uids.add(read.policy.uid, number);
    this.#setTemplate(number, read, filing);
  }

  #replace(number: number, read: ReadPolicy): void {
    const tables = this.#tables;
    const before = tables.addresses.get(number);
    const address = Math.abs(before);
    const wasTemplate = tables.records.isTemplate(address);
    this.#requireSameSlots(number, read);
    const filing = this.#file(number, read, tables.records.sequenceOf(address));
    const links = wasTemplate ? tables.links.takeTemplate(number) : undefined;
    if (links !== undefined) tables.links.restoreTemplate(links);
    this.#steps.push({ kind: 'replaced', number, uid: read.policy.uid, address: before, links });
    tables.templates += Number(read.template !== undefined) - Number(wasTemplate);
    if (wasTemplate && read.template === undefined) tables.links.takeTemplate(number);
    this.#setTemplate(number, read, filing);
  }

  #remove(uid: string): void {
    const tables = this.#tables;
    const number = tables.uids.find(uid);
    if (number < 0) return;
    const address = tables.addresses.get(number);
    const isTemplate = tables.records.isTemplate(Math.abs(address));
    const links = isTemplate ? tables.links.takeTemplate(number) : undefined;
    this.#steps.push({ kind: 'removed', number, uid, address, links });
    tables.addresses.set(number, 0);
    tables.size -= 1;
    tables.templates -= Number(isTemplate);
  }

  #linkAll(template: string, links: readonly (readonly Scalar[])[]): void {
    this.#guard(() => {
      const number = this.#templateNumber(template);
      const values: (readonly Scalar[])[] = [];
      // Before the first one is there, so that it can be undone whatever becomes of the others.
      this.#steps.push({ kind: 'linked', number, values });
      this.#tables.links.linkAll(number, links, values);
    });
  }

  #unlink(template: string, values: readonly Scalar[]): void {
    const number = this.#tables.uids.find(template);
    if (number < 0 || !this.#tables.records.isTemplate(this.#tables.recordOf(number))) return;
    if (this.#tables.links.unlink(number, values)) this.#steps.push({ kind: 'unlinked', number, values: [values] });
  }

  #templateNumber(uid: string): number {
    const number = this.#tables.uids.find(uid);
    if (number >= 0 && this.#tables.records.isTemplate(this.#tables.recordOf(number))) return number;
    throw new CardeaError('CARDEA_INVALID_ARGUMENT', `${quote(uid)} is no template that could be linked`);
  }

  /** Files a policy and keeps its record: what the filing is undone with. Where it throws, it has done neither. */
  #file(number: number, { policy, requirements, template }: ReadPolicy, sequence: number): readonly number[] {
    const { records, addresses } = this.#tables;
    const filing = this.#fileKeys(number, requirements, template === undefined ? 'filed' : 'listed');
    try {
      const address = records.add({ policy, rest: template?.rest, sequence, filing });
      addresses.set(number, policy.effect === 'deny' ? -address : address);
      return filing;
    } catch (error) {
      this.#tables.cabinet.remove(number, Int32Array.from(filing), 0, filing.length);
      throw error;
    }
  }

  /** What is refused for a reason has changed nothing; where memory ran out, nobody knows what has. */
  #guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      if (!isCardeaError(error)) this.#isBroken = true;
      throw error;
    }
  }

  #fileKeys(number: number, requirements: Requirements, residual: 'filed' | 'listed'): readonly number[] {
    try {
      return this.#tables.cabinet.add(number, requirements, residual);
    } catch (error) {
      // Some keys may be there and others not.
      this.#isBroken = true;
      throw error;
    }
  }

  /** Undoes `#file`. */
  #unfile(number: number, address: number): void {
    const { cabinet, records } = this.#tables;
    const record = Math.abs(address);
    records.withFiling(record, (words, from, end) => cabinet.remove(number, words, from, end));
    records.remove(record);
  }

  #forgetUid(number: number, uid: string): void {
    const { uids, free } = this.#tables;
    uids.remove(uid, number);
    free.push(number);
  }

  #setTemplate(number: number, { template }: ReadPolicy, filing: readonly number[]): void {
    if (template === undefined) return;
    this.#tables.links.putTemplate(number, template.bindings, isListed(filing) ? 'keyless' : 'by keys');
  }

  #requireSameSlots(number: number, { policy, template }: ReadPolicy): void {
    if (template !== undefined || this.#tables.links.count(number) === 0) return;
    throw new CardeaError('CARDEA_CONFLICT', `${quote(policy.uid)} has links, which need a template`);
  }

  #undo(step: Step): void {
    const tables = this.#tables;
    if (typeof step === 'number') return this.#undoAdd(step);
    const { number } = step;
    if ('values' in step) {
      if (step.kind === 'unlinked') tables.links.linkAll(number, step.values, []);
      else for (const values of step.values) tables.links.unlink(number, values);
      return;
    }
    switch (step.kind) {
      case 'replaced': {
        const address = tables.addresses.get(number);
        this.#countTemplate(address, -1);
        this.#countTemplate(step.address, 1);
        const made = tables.links.takeTemplate(number);
        // Where the step failed, it is still the one before.
        if (made !== undefined && made !== step.links) tables.links.releaseBindings(made);
        tables.addresses.set(number, step.address);
        this.#unfile(number, address);
        break;
      }
      case 'removed':
        tables.addresses.set(number, step.address);
        tables.size += 1;
        this.#countTemplate(step.address, 1);
        break;
    }
    if (step.links !== undefined) tables.links.restoreTemplate(step.links);
  }

  #undoAdd(number: number): void {
    const tables = this.#tables;
    const address = tables.addresses.get(number);
    this.#countTemplate(address, -1);
    tables.links.removeTemplate(number);
    tables.addresses.set(number, 0);
    tables.size -= 1;
    tables.nextSequence -= 1;
    this.#forgetUid(number, tables.records.uidOf(Math.abs(address)));
    this.#unfile(number, address);
  }

  #countTemplate(address: number, by: number): void {
    if (this.#tables.records.isTemplate(Math.abs(address))) this.#tables.templates += by;
  }
}

function templateOf({ uid, condition, slots }: LoweredPolicy): TemplateParts | undefined {
  if (slots === undefined) return undefined;
  const parts = splitTemplate(condition, slots);
  if (parts.ok) return parts;
  throw new CardeaError(
    'CARDEA_INVALID_ARGUMENT',
    `template ${quote(uid)}: slot ${quote(parts.slot)} ${parts.problem}`,
  );
}
