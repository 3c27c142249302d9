import { useCallback } from "react";

import { useClient } from "./organization";

/**
 * An address of a file as the browser has to ask for it: pictures and players send no headers, so the
 * organisation stands in the address.
 */
export function mediaUrl(url: string, slug: string): string {
  if (!url.startsWith("/")) return url;
  const { pathname, searchParams } = new URL(url, window.location.origin);
  if (!searchParams.has("organization")) searchParams.set("organization", slug);
  return `${pathname}?${searchParams}`;
}

export function useMediaUrl(): (url: string) => string {
  const { slug } = useClient();
  return useCallback((url: string) => mediaUrl(url, slug), [slug]);
}
