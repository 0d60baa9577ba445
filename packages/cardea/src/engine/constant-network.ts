import { type Network, parseNetwork } from '../ast/network.ts';

// What was read last: whoever files a policy asks for each of its networks more than once.
let lastText = '';
let last: Network | undefined;

/** As `parseNetwork`, quickly for the text that was asked for last. */
export function constantNetwork(text: string): Network | undefined {
  if (text !== lastText) {
    last = parseNetwork(text);
    lastText = text;
  }
  return last;
}
