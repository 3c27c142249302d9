import { createContext, type ReactNode, useContext, useMemo } from "react";

import { type Client, createClient } from "./client";

const Context = createContext<Client | null>(null);

/** Everything below speaks to the API in the name of this organisation. */
export function OrganizationProvider({ slug, children }: { slug: string; children: ReactNode }) {
  const client = useMemo(() => createClient(slug), [slug]);
  return <Context.Provider value={client}>{children}</Context.Provider>;
}

export function useClient(): Client & { slug: string } {
  const client = useContext(Context);
  if (!client?.slug) throw new Error("useClient needs an OrganizationProvider above it");
  return client as Client & { slug: string };
}
