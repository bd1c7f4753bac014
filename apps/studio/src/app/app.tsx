/** @file The Studio as one component: language, theme, queries and pages. */

import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { LanguageProvider } from "../messages/language.js";
import { SignInNotice } from "../parts/sign-in-notice.js";
import { Toasts } from "../parts/toasts.js";
import { router } from "./router.js";
import { theme } from "./theme.js";

const client = new QueryClient({
  defaultOptions: { queries: { staleTime: 5_000, retry: 1, refetchOnWindowFocus: true } },
});

/** The Studio, or what to do to get in. */
export function App({ isSignedIn }: { readonly isSignedIn: boolean }) {
  return (
    <LanguageProvider>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <QueryClientProvider client={client}>
          <Toasts>{isSignedIn ? <RouterProvider router={router} /> : <SignInNotice />}</Toasts>
        </QueryClientProvider>
      </MantineProvider>
    </LanguageProvider>
  );
}
