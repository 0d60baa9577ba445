import { Composer, type Document, Lexer, Parser, type YAMLError } from 'yaml';
import { printable } from '../../errors.ts';
import type { DocumentLimits } from './document-limits.ts';
import type { SourceText } from './source-text.ts';

/** A YAML document with its comments and the offsets of its nodes. */
export type YamlDocument = Document.Parsed;

/**
 * Parses a stream of YAML documents. What is wrong is reported, for all documents at once.
 *
 * @returns the documents that have the syntax of YAML 1.2, or undefined when the text is too deep or too large
 */
export function yamlDocuments(
  source: SourceText,
  limits: Required<DocumentLimits>,
): readonly YamlDocument[] | undefined {
  const tokens = boundedTokens(source, limits);
  if (tokens === undefined) return undefined;
  const composer = new Composer({
    version: '1.2',
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    stringKeys: true,
    // Its own check is quadratic; the reader checks while it goes through the members.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'silent',
  });
  return Array.from(composer.compose(tokens, true, source.text.length)).filter((document) =>
    hasSyntax(document, source),
  );
}

// The composer recurses once a level, and unbounded input exhausts the stack (100,000 braces end the whole
// process in V8's regular expressions). The parser keeps a stack of its own, whose height is the depth:
// it is watched while the tokens come.
function boundedTokens(
  { text, report }: SourceText,
  { maxDepth, maxNodes }: Required<DocumentLimits>,
): readonly YamlToken[] | undefined {
  const parser = new Parser();
  const tokens: YamlToken[] = [];
  let count = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    const tooDeep = parser.stack.length > maxDepth + DOCUMENT_AND_SCALAR;
    if (!tooDeep && ++count <= maxNodes) continue;
    const problem = tooDeep ? `nests deeper than ${maxDepth} levels` : `more than ${maxNodes} tokens`;
    report('CARDEA_DOCUMENT_LIMIT', problem, [], parser.offset);
    return undefined;
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

type YamlToken = Parameters<Composer['next']>[0];

const DOCUMENT_AND_SCALAR = 2;

function hasSyntax(document: YamlDocument, source: SourceText): boolean {
  const { report } = source;
  const { yaml } = document.directives;
  if (yaml.explicit === true && yaml.version !== '1.2') {
    report('CARDEA_INVALID_DOCUMENT', 'documents are YAML 1.2; remove the directive `%YAML`', [], document.range[0]);
    return false;
  }
  // Unknown tags are the reader's: it names those that it allows.
  const problems = [...document.errors, ...document.warnings].filter(({ code }) => code !== 'TAG_RESOLVE_FAILED');
  for (const problem of problems) report('CARDEA_INVALID_DOCUMENT', messageOf(problem, source), [], problem.pos[0]);
  return problems.length === 0;
}

/** The message of the YAML parser in our form: the start lower case, no final period, control characters escaped. */
function messageOf({ code, message, pos }: YAMLError, source: SourceText): string {
  if (code === 'TAB_AS_INDENT' || standsAfterTab(pos[0], source)) return 'tabs cannot indent; use spaces';
  if (code === 'NON_STRING_KEY') return 'the name of a member must be a string';
  const text = printable(message.length > 200 ? `${message.slice(0, 199)}…` : message);
  return `${text.charAt(0).toLowerCase()}${text.slice(1).replace(/\.$/, '')}`;
}

/** Whether a line begins with a tab, which the parser calls by many names. */
function standsAfterTab(offset: number, { text, positionOf }: SourceText): boolean {
  const { column } = positionOf(offset);
  return column < 80 && /^ *\t\s*$/.test(text.slice(offset - column + 1, offset));
}
