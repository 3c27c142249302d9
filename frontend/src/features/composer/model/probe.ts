const PATIENCE_MS = 3_000;

export interface Measures {
  width: number | null;
  height: number | null;
  durationMs: number | null;
}

const NOTHING: Measures = { width: null, height: null, durationMs: null };

/** The measures of a file as this browser finds them, so that its bubble has its own proportions at once. */
export async function probe(url: string, kind: string): Promise<Measures> {
  if (kind === "image") return within(PATIENCE_MS, ofImage(url));
  if (kind === "video") return within(PATIENCE_MS, ofRecording(document.createElement("video"), url));
  if (kind === "audio") return within(PATIENCE_MS, ofRecording(document.createElement("audio"), url));
  return NOTHING;
}

function ofImage(url: string): Promise<Measures> {
  return new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve({ ...NOTHING, width: image.naturalWidth, height: image.naturalHeight });
    image.onerror = () => resolve(NOTHING);
    image.src = url;
  });
}

function ofRecording(element: HTMLVideoElement | HTMLAudioElement, url: string): Promise<Measures> {
  return new Promise((resolve) => {
    element.preload = "metadata";
    element.onloadedmetadata = () => {
      const { duration } = element;
      resolve({
        width: element instanceof HTMLVideoElement ? element.videoWidth || null : null,
        height: element instanceof HTMLVideoElement ? element.videoHeight || null : null,
        durationMs: Number.isFinite(duration) ? Math.round(duration * 1_000) : null,
      });
      element.removeAttribute("src");
    };
    element.onerror = () => resolve(NOTHING);
    element.src = url;
  });
}

function within(milliseconds: number, asked: Promise<Measures>): Promise<Measures> {
  const late = new Promise<Measures>((resolve) => setTimeout(() => resolve(NOTHING), milliseconds));
  return Promise.race([asked, late]);
}
