/** @file The page: signs in with the key of its address, then shows the Studio. */

import "@mantine/core/styles.css";
import "./app/base.css";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.js";
import { signIn } from "./app/sign-in.js";

const root = document.getElementById("root");
if (root === null) throw new Error("internal: the page has no element #root.");
createRoot(root).render(<App isSignedIn={await signIn()} />);
