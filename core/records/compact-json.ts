// JSON on one line, each value as it was written: parsing and rendering again would round long numbers.

const STRING_OR_SPACE = /"[^"\\]*(?:\\.[^"\\]*)*"|\s+/g;

/**
 * Takes the white space between the tokens of valid JSON away.
 */
export function compactJson(text: string): string {
  return /\s/.test(text) ? text.replace(STRING_OR_SPACE, (token) => (token.startsWith('"') ? token : '')) : text;
}
