import { type Adapter, Helper, type Model } from 'casbin';

/** A store that several enforcers of one process share; casbin's own adapters write to files only. */
export class SharedAdapter implements Adapter {
  #lines = new Set<string>();

  async loadPolicy(model: Model): Promise<void> {
    for (const line of this.#lines) Helper.loadPolicyLine(line, model);
  }

  async savePolicy(): Promise<boolean> {
    throw new Error('not implemented');
  }

  async addPolicy(_sec: string, ptype: string, rule: string[]): Promise<void> {
    this.#lines.add([ptype, ...rule].join(', '));
  }

  async removePolicy(_sec: string, ptype: string, rule: string[]): Promise<void> {
    this.#lines.delete([ptype, ...rule].join(', '));
  }

  async removeFilteredPolicy(): Promise<void> {
    throw new Error('not implemented');
  }
}
