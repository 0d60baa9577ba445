import {
  type FileSystem,
  FileAdapter as UpstreamFileAdapter,
  type Filter,
  type FilteredAdapter,
  type Model,
  mustGetDefaultFileSystem,
  StringAdapter as UpstreamStringAdapter,
  Util,
} from '../upstream.cjs';
import { loadPolicyLine, type Texts } from './policy-line.ts';

/**
 * casbin's adapter for files of CSV, which loads plain lines without a parser.
 *
 * @example
 * ```ts
 * const enforcer = await newEnforcer('model.conf', new FileAdapter('policy.csv'));
 * ```
 */
export class FileAdapter extends UpstreamFileAdapter {
  // It takes as many parameters as casbin's.
  // oxlint-disable-next-line no-useless-constructor
  constructor(filePath: string, fs?: FileSystem) {
    super(filePath, fs);
  }

  override async loadPolicy(model: Model): Promise<void> {
    if (!this.filePath) return;
    // A file system of the caller may give a promise: casbin waits for it.
    // oxlint-disable-next-line typescript/await-thenable
    const content: unknown = await (this.fs ?? mustGetDefaultFileSystem()).readFileSync(this.filePath);
    loadLines(String(content), model);
  }
}

/**
 * A {@link FileAdapter} by another name.
 *
 * @deprecated casbin has it for those who still use it: take {@link FileAdapter}
 * @example
 * ```ts
 * const adapter = new BatchFileAdapter('policy.csv');
 * ```
 */
export class BatchFileAdapter extends FileAdapter {
  // It takes as many parameters as casbin's.
  // oxlint-disable-next-line no-useless-constructor
  constructor(filePath: string) {
    super(filePath);
  }
}

/**
 * casbin's adapter for policies that are a text, which loads plain lines without a parser.
 *
 * @example
 * ```ts
 * const enforcer = await newEnforcer('model.conf', new StringAdapter('p, alice, data1, read'));
 * ```
 */
export class StringAdapter extends UpstreamStringAdapter {
  // It takes as many parameters as casbin's.
  // oxlint-disable-next-line no-useless-constructor
  constructor(policy: string) {
    super(policy);
  }

  override async loadPolicy(model: Model): Promise<void> {
    if (!this.policy) throw new Error('Invalid policy, policy document cannot be false-y');
    loadLines(this.policy, model);
  }
}

/**
 * An adapter for files that loads the rules whose first fields are those of a filter. casbin's own compares the filter
 * with itself, and loads nothing.
 *
 * @example
 * ```ts
 * const filter = new Filter();
 * filter.p = ['', 'domain1'];
 * await enforcer.loadFilteredPolicy(filter);
 * ```
 */
export class DefaultFilteredAdapter extends FileAdapter implements FilteredAdapter {
  #isFiltered = false;

  // It takes as many parameters as casbin's.
  // oxlint-disable-next-line no-useless-constructor
  constructor(filePath: string) {
    super(filePath);
  }

  override async loadPolicy(model: Model): Promise<void> {
    this.#isFiltered = false;
    await super.loadPolicy(model);
  }

  async loadFilteredPolicy(model: Model, filter: Filter): Promise<void> {
    if (!filter) {
      await this.loadPolicy(model);
      return;
    }
    if (!this.filePath) throw new Error('invalid file path, file path cannot be empty');
    const content: unknown = await Util.readFile(this.filePath);
    loadLines(String(content), model, (line) => isWanted(line, filter));
    this.#isFiltered = true;
  }

  isFiltered(): boolean {
    return this.#isFiltered;
  }

  override async savePolicy(model: Model): Promise<boolean> {
    if (this.#isFiltered) throw new Error('cannot save a filtered policy');
    return super.savePolicy(model);
  }
}

function loadLines(content: string, model: Model, isLoaded: (line: string) => boolean = () => true): void {
  const texts: Texts = new Map();
  // One line at a time: an array of all lines would be larger than the rules.
  for (let start = 0; start <= content.length; ) {
    const found = content.indexOf('\n', start);
    const end = found < 0 ? content.length : found;
    const line = content.slice(start, end);
    if (line !== '' && isLoaded(line)) loadPolicyLine(line, model, texts);
    start = end + 1;
  }
}

function isWanted(line: string, filter: Filter): boolean {
  const [type = '', ...fields] = line.split(',').map((field) => field.trim());
  const wanted = (type === 'p' ? filter.p : type === 'g' ? filter.g : []) ?? [];
  if (fields.length < wanted.length) return false;
  return wanted.every((value, at) => !value || fields[at] === value.trim());
}
