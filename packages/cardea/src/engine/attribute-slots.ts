import type { Category, Operand } from '../ast/condition.ts';
import { type Slot, slotName } from './slot.ts';

/** A slot and its name, made once. */
export interface NamedSlot {
  readonly name: string;
  readonly slot: Slot;
}

/** The slots of one operand: equal operands share them, so that no name is made for every policy again. */
export class AttributeSlots {
  readonly of: Operand;
  readonly #value: NamedSlot;
  readonly #members: NamedSlot;
  readonly #derived = new Map<number, NamedSlot>();

  constructor(of: Operand) {
    this.of = of;
    this.#value = named({ kind: 'value', of });
    this.#members = named({ kind: 'member', of, path: [] });
  }

  value(): NamedSlot {
    return this.#value;
  }

  member(path: readonly string[]): NamedSlot {
    return path.length === 0 ? this.#members : named({ kind: 'member', of: this.of, path });
  }

  cut(kind: 'prefix' | 'suffix', length: number): NamedSlot {
    const key = kind === 'prefix' ? length : 0x100 + length;
    return this.#derived.get(key) ?? this.#derive(key, { kind, of: this.of, length });
  }

  network(family: 4 | 6, bits: number): NamedSlot {
    const key = 0x200 + family * 0x100 + bits;
    return this.#derived.get(key) ?? this.#derive(key, { kind: 'network', of: this.of, family, bits });
  }

  range(level: number): NamedSlot {
    const key = 0x10_000 + level;
    return this.#derived.get(key) ?? this.#derive(key, { kind: 'range', of: this.of, level });
  }

  #derive(key: number, slot: Slot): NamedSlot {
    const made = named(slot);
    this.#derived.set(key, made);
    return made;
  }
}

function named(slot: Slot): NamedSlot {
  return { name: slotName(slot), slot };
}

/** One member of a path: what the attribute has that ends there, and the members that follow. */
interface Branch {
  slots?: AttributeSlots;
  lower?: AttributeSlots;
  readonly members: Map<string, Branch>;
}

// Attributes that were met lately. Forgetting them costs nothing but time.
const MAX_BRANCHES = 10_000;
let roots = newRoots();
let branches = 0;

/**
 * The slots of an operand that every inquiry may be asked for: an attribute, or one in lower case. Undefined for
 * others: functions of users may be costly.
 */
export function attributeSlots(operand: Operand): AttributeSlots | undefined {
  if (operand.kind === 'attr') {
    const branch = branchOf(operand.of, operand.path);
    return (branch.slots ??= new AttributeSlots(operand));
  }
  if (operand.kind !== 'call' || operand.fn !== 'lower' || operand.args.length !== 1) return undefined;
  const [of] = operand.args;
  if (of?.kind !== 'attr') return undefined;
  const branch = branchOf(of.of, of.path);
  return (branch.lower ??= new AttributeSlots(operand));
}

function branchOf(of: Category, path: readonly string[]): Branch {
  if (branches > MAX_BRANCHES) {
    roots = newRoots();
    branches = 0;
  }
  let branch = roots[of];
  for (const member of path) branch = branch.members.get(member) ?? grow(branch, member);
  return branch;
}

function grow(branch: Branch, member: string): Branch {
  const grown: Branch = { members: new Map() };
  branch.members.set(member, grown);
  branches += 1;
  return grown;
}

function newRoots(): Readonly<Record<Category, Branch>> {
  const root = (): Branch => ({ members: new Map() });
  return { subject: root(), action: root(), resource: root(), context: root() };
}
