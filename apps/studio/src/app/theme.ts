/**
 * @file How the Studio looks: neutral surfaces, the reports' teal as the one accent, orange for what needs attention,
 * system fonts with a Korean stack, a rhythm of 8 pixels.
 */

import { createTheme, type MantineColorsTuple } from "@mantine/core";

const teal: MantineColorsTuple = [
  "#e6f7f6",
  "#cdebea",
  "#9dd6d5",
  "#69c0bf",
  "#3cc7c2",
  "#1fa5a6",
  "#13979a",
  "#0b7d80",
  "#086a6d",
  "#045558",
];

const fonts =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", "Noto Sans CJK KR", sans-serif';

/** Mantine's theme. */
export const theme = createTheme({
  primaryColor: "teal",
  // White words on it have a contrast of 4.9 in the dark, too.
  primaryShade: 7,
  colors: { teal },
  autoContrast: true,
  fontFamily: fonts,
  headings: { fontFamily: fonts, fontWeight: "650" },
  defaultRadius: "md",
  spacing: { xs: "8px", sm: "12px", md: "16px", lg: "24px", xl: "32px" },
  respectReducedMotion: true,
  cursorType: "pointer",
  components: {
    Modal: { defaultProps: { centered: true, transitionProps: { duration: 120 } } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true } },
    Menu: { defaultProps: { transitionProps: { duration: 80 }, shadow: "md" } },
  },
});
