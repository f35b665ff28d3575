// XML as the S3 and SNS answers need it: elements and text, nothing else.

/** Escapes text for an element; line ends become references, so that a parser does not change them. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"'\r\n]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Renders one element; `content` is XML already. */
export function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

/** Renders one element that holds text. */
export function textElement(name: string, text: string | number | boolean): string {
  return element(name, escapeXml(String(text)));
}
