/** @file The frame of the pages, in English. */

/** Texts of the frame. */
export const shellText = {
  skip: "To the content",
  menu: "Menu",
  navigation: "Pages",
  otherLanguage: "한국어로 보기",
  light: "Light",
  dark: "Dark",
  places: {
    start: "Start",
    pictures: "Pictures",
    train: "Train",
    runs: "Runs",
    compare: "Compare",
    draw: "Draw",
    library: "Library",
    queue: "Queue",
  },
  signIn: {
    title: "The Studio knows you by a key",
    body: "Open the address that `atelier studio` printed, with everything behind #, or put the key in here.",
    key: "Key",
    open: "Open",
    wrong:
      "This is not the key. It stands in the file `token` of the library and behind # in the address.",
  },
};
