// What the core needs of every runtime (WinterTC minimum common API) beyond ECMAScript, so that it compiles
// against neither the DOM's nor Node's types.
declare class TextEncoder {
  encode(text: string): Uint8Array;
}
declare const performance: { now(): number };
