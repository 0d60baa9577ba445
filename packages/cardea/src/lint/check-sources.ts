import { splitLookAheads } from '../ast/pattern/look-aheads.ts';
import { quote } from '../errors.ts';
import type { Policy } from '../model/policy.ts';
import type { Checker } from '../syntax/checkers.ts';
import { finding, type LintFinding } from './finding.ts';
import { patternReach } from './pattern-reach.ts';
import { rulesOf } from './rules-of.ts';

const FIELDS = ['subjects', 'actions', 'resources'] as const;

/** What a policy's text suggests and does not mean: strings that look like patterns, rules whose names mislead. */
export function checkSources(policy: Policy, checker: Checker): readonly LintFinding[] {
  const strings = FIELDS.flatMap((field) =>
    policy[field].flatMap((element, at) => {
      const problem = typeof element === 'string' ? looksLikePattern(element, policy, checker) : undefined;
      return problem === undefined ? [] : [finding('literal-pattern', policy.uid, [field, at], problem)];
    }),
  );
  return [
    ...strings,
    ...rulesOf(policy).flatMap(({ name, argument, path }) => checkRule(policy.uid, name, argument, path)),
  ];
}

function looksLikePattern(
  text: string,
  { tags: [start, end] = ['<', '>'] }: Policy,
  { name }: Checker,
): string | undefined {
  if (name !== 'default' && name !== 'regex') {
    const inner = text.startsWith(start) && text.endsWith(end) ? text.slice(1, -1) : text;
    return looksTagged(inner) || looksExpressive(inner)
      ? `${quote(text)} is compared literally by the ${name} checker`
      : undefined;
  }
  if (text.includes(start) || text.includes(end)) return undefined;
  if (looksTagged(text))
    return `${quote(text)} is compared literally: the tags of this policy are \`${start}\` and \`${end}\``;
  return looksExpressive(text)
    ? `${quote(text)} is compared literally; an expression stands between tags, as in \`${start}.*${end}\``
    : undefined;
}

function looksTagged(text: string): boolean {
  return /<.+>/.test(text);
}

function looksExpressive(text: string): boolean {
  return /\*|\.\+|\\[dwsDWS]|\[[^\]]+\][+?]|^\^|\$$/.test(text);
}

function checkRule(uid: string, name: string, argument: unknown, path: LintFinding['path']): readonly LintFinding[] {
  if (name === '$allNotIn')
    return [
      finding(
        'all-not-in',
        uid,
        path,
        '`$allNotIn` holds where some item is not in the list; where none may be, write `$noneIn`, else `$anyNotIn`',
      ),
    ];
  if (name === '$documentMatch' && typeof argument === 'string') return checkDocumentPattern(uid, argument, path);
  return name === '$regexMatch' && typeof argument === 'string' ? checkPattern(uid, argument, path) : [];
}

function checkPattern(uid: string, source: string, path: LintFinding['path']): readonly LintFinding[] {
  const reach = patternReach(source);
  if (reach === 'none') return [finding('pattern-never-matches', uid, path, `${quote(source)} is found in no text`)];
  if (reach !== 'some')
    return [
      finding(
        'pattern-matches-all',
        uid,
        path,
        `${quote(source)} is found in every text${reach === 'every-line' ? ' of one line' : ''}; \`{ $type: 'string' }\` says so plainly`,
      ),
    ];
  return isAnchored(source)
    ? []
    : [
        finding(
          'unanchored-pattern',
          uid,
          path,
          `${quote(source)} is found anywhere in a text; write \`^(?:…)$\` to match all of it`,
        ),
      ];
}

function checkDocumentPattern(uid: string, source: string, path: LintFinding['path']): readonly LintFinding[] {
  const open = literalsOf(source).filter(
    (literal) => /:.*(?:\w|\$\{[^}]*\})$/.test(literal) && !/\\[a-zA-Z]$/.test(literal),
  );
  return open.map((literal) =>
    finding(
      'open-document-pattern',
      uid,
      path,
      `${quote(literal)} is also found where the value goes on, as in ${quote(`${literal.toLowerCase()}1`)}; name the attribute and its value, or write \`\\b\` after it, or \`.*\` where that is meant`,
    ),
  );
}

function literalsOf(source: string): readonly string[] {
  const split = splitLookAheads(source);
  return split.ok ? split.value.flat().flatMap((pattern) => pattern.split('|')) : [];
}

// An alternation outside groups binds looser than anchors: `^a|b$` binds one end of each branch only.
function isAnchored(source: string): boolean {
  const body = source.replace(/^\(\?[a-z]+\)/, '');
  const plain = body.replace(/\\./gs, '_').replace(/\[[^\]]*\]/g, '_');
  if (!plain.startsWith('^') || !plain.endsWith('$')) return false;
  let depth = 0;
  for (const char of plain) {
    if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    else if (char === '|' && depth === 0) return false;
  }
  return true;
}
