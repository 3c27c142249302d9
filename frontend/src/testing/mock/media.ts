/** Files of the mock: drawn and hummed here, so that nothing has to lie about for it. */

const SAMPLE_RATE = 8_000;

/** A picture as large as was asked for, with a ground of its own for each number. */
export function drawnPicture(id: number, width: number, height: number): string {
  const hue = (id * 47) % 360;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
    <defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1">
      <stop stop-color="hsl(${hue} 45% 72%)"/><stop offset="1" stop-color="hsl(${(hue + 50) % 360} 50% 42%)"/>
    </linearGradient></defs>
    <rect width="100%" height="100%" fill="url(#g)"/>
    <circle cx="${width * 0.7}" cy="${height * 0.35}" r="${Math.min(width, height) * 0.18}" fill="#fff" opacity=".35"/>
    <path d="M0 ${height} L${width * 0.35} ${height * 0.45} L${width * 0.6} ${height} Z" fill="#000" opacity=".18"/>
  </svg>`;
}

/** Seconds of a soft tone that rises and falls. */
export function hummed(seconds: number): ArrayBuffer {
  const count = Math.round(seconds * SAMPLE_RATE);
  const view = new DataView(new ArrayBuffer(44 + count * 2));
  const write = (at: number, text: string) => {
    for (let index = 0; index < text.length; index++) view.setUint8(at + index, text.charCodeAt(index));
  };
  write(0, "RIFF");
  view.setUint32(4, 36 + count * 2, true);
  write(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, SAMPLE_RATE, true);
  view.setUint32(28, SAMPLE_RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  write(36, "data");
  view.setUint32(40, count * 2, true);
  for (let index = 0; index < count; index++) {
    const at = index / SAMPLE_RATE;
    const level = 0.15 + 0.15 * Math.sin(at * 3);
    view.setInt16(44 + index * 2, Math.round(32_000 * level * Math.sin(at * 2 * Math.PI * 220)), true);
  }
  return view.buffer as ArrayBuffer;
}
