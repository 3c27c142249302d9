import { MantineProvider } from "@mantine/core";

import { cssVariables, theme } from "@/ui";

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables}>
      bandeja
    </MantineProvider>
  );
}
