import type { Category } from '../ast/condition.ts';
import type { Inquiry } from '../model/inquiry.ts';

/**
 * An inquiry of which one category cannot be read. In Kleene's logic with errors, an error then stands for whatever the
 * category may make of a test: a condition that is false nevertheless is false of every value, one that is true of all.
 */
export function openInquiry(inquiry: Inquiry, open: Category): Inquiry {
  const { [open]: _, ...known } = inquiry;
  return Object.defineProperty(known, open, { enumerable: true, get: unreadable });
}

function unreadable(): never {
  throw new Error('nothing is known of it');
}
