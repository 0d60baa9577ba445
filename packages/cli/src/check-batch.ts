import { type Decision, type Guard, quote } from 'cardea';
import { BatchCount, type BatchSummary, summaryLines } from './batch-summary.ts';
import { type Colours, coloursFor } from './colours.ts';
import { type InquiryLine, type InquiryStream, openInquiries } from './inquiry-stream.ts';
import { writeLines, writeText } from './output.ts';
import { NO_PROGRESS, progressBar } from './progress.ts';
import { issueLine } from './report-error.ts';
import type { Terminal } from './terminal.ts';

/** How the answers to a file of inquiries are told. */
export interface BatchFlags {
  readonly inquiries: string;
  readonly json?: boolean;
  readonly each?: boolean;
  readonly color: boolean;
}

/**
 * Decides every inquiry of a file, in constant memory.
 *
 * @param settle waits until the audit has what was decided so far
 */
export async function checkBatch(
  terminal: Terminal,
  guard: Guard,
  flags: BatchFlags,
  settle: () => Promise<void>,
): Promise<BatchSummary> {
  const stream = await openInquiries(terminal, flags.inquiries);
  const count = new BatchCount();
  const startedMs = terminal.clock.elapsed();
  const colours = coloursFor(terminal, terminal.stdout, flags);
  const progress = progressFor(terminal, stream, flags);
  try {
    for await (const lines of stream.lines) {
      const answers = lines.map((line) => answer(line, guard, count, terminal));
      await settle();
      await tell(terminal, answers, flags, colours);
      progress.update(stream.bytesRead(), count.inquiries);
    }
  } finally {
    progress.stop();
  }
  const summary = count.summary(terminal.clock.elapsed() - startedMs);
  await writeLines(terminal, flags.json ? [JSON.stringify({ summary })] : summaryLines(summary, colours));
  return summary;
}

/** The answer to one line. */
type Answer =
  | { readonly line: number; readonly decision: Decision }
  | Extract<InquiryLine, { readonly issues: unknown }>;

function answer(line: InquiryLine, guard: Guard, count: BatchCount, terminal: Terminal): Answer {
  if ('issues' in line) {
    count.refused();
    if (count.invalid <= MOST_REPORTED)
      for (const issue of line.issues) terminal.stderr.write(`cardea: ${issueLine(issue)}\n`);
    if (count.invalid === MOST_REPORTED)
      terminal.stderr.write(`cardea: further lines that are not readable are only counted\n`);
    return line;
  }
  const decision = guard.decide(line.inquiry);
  count.decided(decision);
  return { line: line.line, decision };
}

const MOST_REPORTED = 100;

async function tell(
  terminal: Terminal,
  answers: readonly Answer[],
  flags: BatchFlags,
  colours: Colours,
): Promise<void> {
  if (flags.json)
    await writeText(terminal, terminal.stdout, answers.map((each) => `${JSON.stringify(each)}\n`).join(''));
  else if (flags.each)
    await writeLines(
      terminal,
      answers.map((each) => answerLine(each, colours)),
    );
}

function answerLine(given: Answer, colours: Colours): string {
  const line = colours.dim(String(given.line).padStart(8));
  if ('issues' in given) return `${line}  ${colours.yellow('not readable')}`;
  const { allowed, outcome, deciders } = given.decision;
  const word = outcome.padEnd(14);
  return `${line}  ${allowed ? colours.green(`✓ ${word}`) : colours.red(`✗ ${word}`)}  ${deciders.slice(0, 3).map(quote).join(', ')}`.trimEnd();
}

function progressFor(terminal: Terminal, { bytes }: InquiryStream, flags: BatchFlags): typeof NO_PROGRESS {
  const { stdout, stderr } = terminal;
  // Answers on the same terminal say enough, and a bar would run through them.
  const isCrowded = (flags.json || flags.each) && stdout.isTTY === true;
  if (stderr.isTTY !== true || bytes === undefined || isCrowded) return NO_PROGRESS;
  return progressBar(stderr, { total: bytes, things: 'inquiries' }, coloursFor(terminal, stderr, flags));
}
