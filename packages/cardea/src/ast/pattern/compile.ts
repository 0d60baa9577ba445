// TEMPORARY STUB by the lead so that others can run; the patterns helper replaces this file.
export function checkPattern(
  source: string,
): { readonly code: 'CARDEA_INVALID_PATTERN' | 'CARDEA_UNSUPPORTED_PATTERN'; readonly message: string } | undefined {
  if (/\(\?[=!<]|\\[1-9]/.test(source))
    return { code: 'CARDEA_UNSUPPORTED_PATTERN', message: 'look-around and back references are not supported' };
  try {
    regex(source);
    return undefined;
  } catch (error) {
    return { code: 'CARDEA_INVALID_PATTERN', message: String(error) };
  }
}
export function matchPattern(source: string, text: string): boolean {
  return regex(source).test(text);
}
function regex(source: string): RegExp {
  const flags = /^\(\?([ims]+)\)/.exec(source);
  return new RegExp((flags ? source.slice(flags[0].length) : source).replaceAll('(?P<', '(?<'), `u${flags?.[1] ?? ''}`);
}
