import { localStorageColorSchemeManager, MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { isTransient } from "@/api";
import { cssVariables, theme } from "@/ui";

import { Notices } from "./Notices";
import { nonce } from "./nonce";

// The same name as in color-scheme.js, which paints before we run.
const colorScheme = localStorageColorSchemeManager({ key: "bandeja.color-scheme" });

const HALF_HOUR_MS = 30 * 60_000;

export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // The stream keeps the cache true; asking again is for when it was lost.
        staleTime: Number.POSITIVE_INFINITY,
        gcTime: HALF_HOUR_MS,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
        networkMode: "always",
        // Two quick repeats pass over a hiccup; after that people should read what is wrong.
        retry: (failures, error) => isTransient(error) && failures < 2,
        retryDelay: (failure) => 500 * 2 ** failure,
      },
      mutations: { networkMode: "always" },
    },
  });
}

export function Providers({ children }: { children: ReactNode }) {
  const [queries] = useState(createQueryClient);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colorScheme}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
      env={import.meta.env.MODE === "test" ? "test" : "default"}
    >
      <QueryClientProvider client={queries}>{children}</QueryClientProvider>
      <Notices />
    </MantineProvider>
  );
}
