import { isAlias, isMap, isScalar, isSeq, type ParsedNode, type Scalar, type YAMLMap } from 'yaml';
import { type ErrorCode, quote } from '../../errors.ts';
import type { DocumentLimits } from './document-limits.ts';
import { numberProblem } from './exact-number.ts';
import { type Located, type LocatedMember, locatedList, locatedMapping, locatedScalar } from './located.ts';
import type { SourceText } from './source-text.ts';
import type { YamlDocument } from './yaml-documents.ts';

type Path = readonly (string | number)[];

/**
 * Reads a YAML document as plain JSON data with the offsets of all its parts. What JSON cannot hold, or
 * what different readers of YAML understand differently, is reported: tags, merge keys, keys that are no
 * strings or occur twice, numbers that cannot be held, aliases without an anchor or inside it.
 *
 * @returns the value, or undefined when the document is empty
 */
export function readYaml(
  document: YamlDocument,
  source: SourceText,
  limits: Required<DocumentLimits>,
): Located | undefined {
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null && contents.source === '')) return undefined;
  return new YamlReader(source, limits).node(contents, [], contents.range[0]);
}

const STRING_TAG = 'tag:yaml.org,2002:str';

class YamlReader {
  readonly #source: SourceText;
  readonly #limits: Required<DocumentLimits>;
  /** What each anchor stands for; undefined while the reader is still inside it. */
  readonly #anchors = new Map<string, Located | undefined>();
  #nodes = 0;

  constructor(source: SourceText, limits: Required<DocumentLimits>) {
    this.#source = source;
    this.#limits = limits;
  }

  /** Reads a node; `at` is where it stands, also when there is none. */
  node(node: ParsedNode | null, path: Path, at: number): Located {
    if (node === null) return this.#counted(locatedScalar(null, at), 1, path);
    if (isAlias(node)) return this.#alias(node.source, path, at);
    this.#checkTag(node.tag, path, at);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, undefined);
    const located = this.#located(node, path, at);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, located);
    return this.#counted(located, 1, path);
  }

  /** The value is shared with that of the anchor: nothing is expanded, but all of it is counted. */
  #alias(name: string, path: Path, at: number): Located {
    const target = this.#anchors.get(name);
    if (target === undefined) {
      const reason = this.#anchors.has(name) ? 'stands inside its own anchor' : 'has no anchor before it';
      return this.#invalid(`the alias ${quote(name)} ${reason}`, path, at);
    }
    if (path.length + target.height > this.#limits.maxDepth) return this.#tooDeep(path, at);
    return this.#counted({ ...target, at }, target.size, path);
  }

  #located(node: ParsedNode, path: Path, at: number): Located {
    if (isScalar(node)) return this.#scalar(node, path, at);
    if (path.length >= this.#limits.maxDepth) return this.#tooDeep(path, at);
    if (isMap(node)) return this.#mapping(node, path, at);
    const items: readonly ParsedNode[] = isSeq(node) ? node.items : [];
    return locatedList(
      items.map((item, index) => this.node(item, [...path, index], item.range[0])),
      at,
    );
  }

  #mapping({ items }: YAMLMap.Parsed, path: Path, at: number): Located {
    const members = new Map<string, LocatedMember>();
    for (const { key, value } of items) {
      const [keyAt, keyEnd] = key.range;
      const name = this.#name(key, path);
      if (name === undefined) continue;
      const node = this.node(value, [...path, name], value?.range[0] ?? keyEnd);
      if (members.has(name))
        this.#report('CARDEA_DUPLICATE_KEY', `${quote(name)} is named twice`, [...path, name], keyAt);
      else members.set(name, { at: keyAt, node });
    }
    return locatedMapping(members, at);
  }

  #name(key: ParsedNode, path: Path): string | undefined {
    const [at] = key.range;
    if (!isScalar(key) || typeof key.value !== 'string') {
      this.#invalid('the name of a member must be a string', path, at);
      return undefined;
    }
    const name = key.value;
    this.#checkTag(key.tag, [...path, name], at);
    this.#checkText(name, [...path, name], at);
    if (name === '<<' && key.type === 'PLAIN') {
      this.#invalid(
        'merge keys are not part of YAML 1.2; write the members out, or quote an attribute of this name',
        [...path, name],
        at,
      );
    }
    if (key.anchor !== undefined) this.#anchors.set(key.anchor, locatedScalar(name, at));
    return name;
  }

  #scalar(node: Scalar.Parsed, path: Path, at: number): Located {
    const { value, source } = node;
    if (typeof value === 'number') {
      const problem = numberProblem(value, source);
      if (problem !== undefined) return this.#invalid(problem, path, at);
      // `-0` is 0: JSON values have one zero.
      return locatedScalar(value === 0 ? 0 : value, at);
    }
    if (typeof value === 'string') this.#checkText(value, path, at);
    return locatedScalar(value as string | boolean | null, at);
  }

  #checkText(text: string, path: Path, at: number): void {
    if (/\p{Surrogate}/u.test(text)) this.#invalid('a string contains half of a surrogate pair', path, at);
  }

  #checkTag(tag: string | undefined, path: Path, at: number): void {
    if (tag === undefined || tag === STRING_TAG) return;
    this.#invalid(
      `the tag ${quote(tag.replace(/^tag:yaml.org,2002:/, '!!'))} is not allowed: policies are plain data`,
      path,
      at,
    );
  }

  #counted(located: Located, size: number, path: Path): Located {
    const before = this.#nodes;
    const { maxNodes } = this.#limits;
    this.#nodes += size;
    if (before <= maxNodes && this.#nodes > maxNodes)
      this.#report('CARDEA_DOCUMENT_LIMIT', `more than ${maxNodes} values with all aliases expanded`, path, located.at);
    return located;
  }

  #tooDeep(path: Path, at: number): Located {
    this.#report('CARDEA_DOCUMENT_LIMIT', `nests deeper than ${this.#limits.maxDepth} levels`, path, at);
    return locatedScalar(null, at);
  }

  #invalid(message: string, path: Path, at: number): Located {
    this.#report('CARDEA_INVALID_DOCUMENT', message, path, at);
    return locatedScalar(null, at);
  }

  #report(code: ErrorCode, message: string, path: Path, at: number): void {
    this.#source.report(code, message, path, at);
  }
}
