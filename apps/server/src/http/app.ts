/**
 * @file The server as one function from requests to responses: who is answered, the routes of the contract, their
 * description, and the page for everything else.
 */

import { AtelierError, said } from "@atelier/engine";
import { Hono } from "hono";
import type { routes as allRoutes } from "../api/index.js";
import { refused } from "../api/refusal.js";
import { type BindOptions, bindRoutes, type Handlers } from "./bind-route.js";
import { docsPage } from "./docs-page.js";
import type { HostCheck } from "./hosts.js";
import type { HttpEnv } from "./http-env.js";
import { type Description, describeApi, type Subjects } from "./openapi.js";
import type { PageFiles } from "./page-files.js";
import { problemFor, problemResponse } from "./problems.js";
import { type Guard, onlyKeyHolders, onlyOwnHosts, onlyOwnPages, setHeaders } from "./security.js";

type Routes = typeof allRoutes;

/** A function for every route of the contract. */
export type AllHandlers = { readonly [Subject in keyof Routes]: Handlers<Routes[Subject]> };

/** What the server is made of. */
export interface AppParts extends Pick<BindOptions, "checksAnswers"> {
  readonly routes: Routes;
  readonly handlers: AllHandlers;
  readonly guard: Guard;
  readonly isOwnHost: HostCheck;
  readonly page: PageFiles;
  readonly version: string;
  /** Is told what could not be answered and why. */
  readonly onError: (error: unknown) => void;
}

/** Longer addresses are nobody's. */
const mostAddressLetters = 8_192;

/** Puts the server together. */
export function createApp({
  routes,
  handlers,
  guard,
  isOwnHost,
  page,
  version,
  onError,
  checksAnswers = false,
}: AppParts): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.use(async (context, next) => {
    context.set("address", context.env.incoming.socket.remoteAddress ?? "");
    await next();
    setHeaders(context.res.headers);
  });
  app.use(async ({ req }, next) => {
    if (req.url.length > mostAddressLetters) {
      throw refused("bad-input", said`address: expected at most ${mostAddressLetters} letters.`);
    }
    await next();
  });
  app.use(onlyOwnHosts(isOwnHost));
  app.use("/api/*", onlyOwnPages());
  describe(app, describeApi(routes, version));
  bindAll(app, routes, handlers, { checksAnswers, isOpen: true });
  app.use("/api/*", onlyKeyHolders(guard));
  bindAll(app, routes, handlers, { checksAnswers, isOpen: false });
  refuseOthers(app, routes);
  app.on(["GET", "HEAD"], "*", ({ req }) => page(req.raw));
  app.notFound(({ req }) => problemResponse(nothingAt(req.path)));
  app.onError((error, { req }) => {
    // Who has left is told nothing.
    if (!req.raw.signal.aborted && problemFor(error).status >= 500) onError(error);
    const response = problemResponse(error, headersFor(error));
    setHeaders(response.headers);
    return response;
  });
  return app;
}

function bindAll(
  app: Hono<HttpEnv>,
  routes: Routes,
  handlers: AllHandlers,
  options: BindOptions,
): void {
  bindRoutes(app, routes.session, handlers.session, options);
  bindRoutes(app, routes.datasets, handlers.datasets, options);
  bindRoutes(app, routes.jobs, handlers.jobs, options);
  bindRoutes(app, routes.schedules, handlers.schedules, options);
  bindRoutes(app, routes.runs, handlers.runs, options);
  bindRoutes(app, routes.library, handlers.library, options);
}

/** The description says nothing of the library, and is there to be read before there is a key. */
function describe(app: Hono<HttpEnv>, description: Description): void {
  app.get("/api/openapi.json", () => Response.json(description));
  app.get("/api/docs", (context) => context.html(docsPage(description)));
}

/** Addresses that there are, by methods that they do not take, and addresses that there are not. */
function refuseOthers(app: Hono<HttpEnv>, routes: Subjects): void {
  const methods = new Map<string, string[]>();
  for (const { path, method } of Object.values(routes).flatMap((subject) =>
    Object.values(subject),
  )) {
    methods.set(path, [...(methods.get(path) ?? []), method]);
  }
  for (const [path, allowed] of methods) {
    const allow = allowed.join(", ");
    app.all(path, ({ req }) =>
      Response.json(
        problemFor(refused("bad-input", said`${req.path}: expected ${allow}, got ${req.method}.`))
          .problem,
        { status: 405, headers: { allow } },
      ),
    );
  }
  app.all("/api/*", ({ req }) => problemResponse(nothingAt(req.path)));
}

function nothingAt(path: string): Error {
  return refused("not-found", said`${path}: expected a route of /api/docs, got none.`);
}

function headersFor(error: unknown): Record<string, string> {
  const seconds = error instanceof AtelierError ? error.context["seconds"] : undefined;
  return typeof seconds === "number" ? { "retry-after": String(seconds) } : {};
}
