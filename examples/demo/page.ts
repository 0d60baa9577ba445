import { stripVTControlCharacters, styleText } from 'node:util';
import { type AuditRecord, type Decision, type Entity, entityName, type Inquiry, type Json, printable } from 'cardea';

type Style = Parameters<typeof styleText>[0];

const styled =
  (style: Style) =>
  (text: string): string =>
    styleText(style, text, { stream: process.stdout });

export const bold = styled('bold');
export const dim = styled('dim');
const green = styled('green');
const red = styled('red');
const cyan = styled('cyan');

/** The colours that explanations are drawn with. */
export const PAINTER = { green, red, yellow: styled('yellow'), dim, bold };

/** The start of a part of the page. */
export function heading(mark: string, title: string, claim: string): void {
  console.log(`\n${cyan(bold(`${mark}  ${title}`))}  ${dim(claim)}\n`);
}

/** One inquiry and its answer. */
export function decisionLine(inquiry: Inquiry, decision: Decision): string {
  const mark = decision.allowed ? green('✓') : red('✗');
  const asked = [named(inquiry.subject, 'subject').padEnd(12), named(inquiry.action, 'action').padEnd(8)].join(' ');
  const reason = decision.deciders.length > 0 ? decision.deciders.join(', ') : dim('no policy applies');
  return `  ${mark} ${asked} ${dim(columns(named(inquiry.resource, 'resource'), 20).padEnd(20))} ${reason}`;
}

/** A question, and the inquiry that asks it. */
export function askedLine(question: string, inquiry: Inquiry): string {
  const asked = [
    named(inquiry.subject, 'subject'),
    named(inquiry.action, 'action'),
    named(inquiry.resource, 'resource'),
  ];
  return `  ${bold(question)}  ${dim(asked.join(' · '))}`;
}

/** A decision and its reason, in one line. */
export function reasonLine(label: string, { allowed, deciders, revision }: Decision): string {
  const verdict = allowed ? green('✓ allowed') : red('✗ denied ');
  return `  ${label.padEnd(20)} ${verdict} ${deciders.join(', ').padEnd(12)} ${dim(`revision ${revision}`)}`;
}

/** An audit record in one line. */
export function auditLine(record: string): string {
  const { time, effect, inquiry, deciders } = JSON.parse(record) as AuditRecord;
  const { subject, action } = inquiry;
  const { email } = (subject as Entity).properties ?? {};
  const asked = `${named(subject, 'subject')} ${named(action, 'action')}`;
  const verdict = effect === 'allow' ? green('allow') : red('deny ');
  return `  ${dim(time.slice(11, 23))}  ${verdict}  ${asked}  ${deciders}  ${dim(`email ${JSON.stringify(email)}`)}`;
}

/** A text cut to a width. Colours take no room, and those of what is cut off still end. */
export function columns(text: string, width: number): string {
  if (stripVTControlCharacters(text).length <= width) return text;
  let room = width - 1;
  return text.replace(/(\u001B\[[0-9;]*m)|./gu, (char, colour: string | undefined) => {
    if (colour !== undefined) return colour;
    room--;
    return room >= 0 ? char : room === -1 ? '…' : '';
  });
}

function named(value: Inquiry['subject'], of: 'subject' | 'action' | 'resource'): string {
  if (typeof value === 'string') return printable(value);
  return printable(entityName(value as Json, of) ?? JSON.stringify(value));
}
