// A QR code as a path of squares; with a library, which comes when the reader asks for it.

import { generate } from "lean-qr";

/**
 * @param {string} text
 * @returns {{size: number, path: string}} in squares
 */
export function qrCode(text) {
  const code = generate(text);
  let path = "";
  for (let y = 0; y < code.size; y++) {
    for (let x = 0; x < code.size; x++) {
      if (code.get(x, y)) path += `M${x} ${y}h1v1h-1Z`;
    }
  }
  return { size: code.size, path };
}
