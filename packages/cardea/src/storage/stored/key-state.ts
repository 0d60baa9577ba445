import { isJsonObject } from '../../ast/json.ts';

/** How the keys of a storage were made. */
export interface KeyState {
  /** The name of the keyer; undefined where nothing was written yet. */
  readonly name: string | undefined;
  /** Whether some rows have the residual key only because writers had another keyer. */
  readonly mixed: boolean;
  /** Where keys are being written again: what is behind this place has those of another keyer. */
  readonly place?: RekeyPlace | undefined;
}

/** Up to where keys are written again. */
export interface RekeyPlace {
  /** The sequence number of the last policy. */
  readonly after: number;
  /** The template whose links are next, and the place among them. */
  readonly template?: string | undefined;
  readonly link?: string | undefined;
}

/** Reads what {@link formatKeyState} wrote. What is of no known form belongs to a keyer of no name that anybody has. */
export function parseKeyState(text: string): KeyState {
  if (text === '') return { name: undefined, mixed: false };
  try {
    const state: unknown = JSON.parse(text);
    if (isJsonObject(state) && typeof state['name'] === 'string') return state as unknown as KeyState;
  } catch {
    // Written by a later version.
  }
  return { name: text, mixed: true };
}

export function formatKeyState(state: KeyState): string {
  return JSON.stringify(state);
}
