/** @file Texts of `atelier studio`, `atelier worker` and `atelier download`. */

/** The English texts. */
export const studioText = {
  description: "Opens the Studio: pictures, training, verdicts and drawing in the browser.",
  port: "port of the address",
  open: "do not open the browser",
  listen:
    "address of this machine on which others may reach the Studio, such as 0.0.0.0; only this machine by default",
  library: "folder of pictures, models, runs and drawings; Atelier in your home folder by default",
  database:
    "PostgreSQL for several machines: postgres://user:password@host/database; one in the library's folder by default",
  storage:
    "for workers that do not see the library: s3://bucket/prefix, or a folder that all machines see; keys and region as AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION",
  storageEndpoint:
    "address of an S3 server that is not Amazon's, such as https://minio.example:9000",
  endpointAlone:
    "--storage-endpoint: expected --storage beside it, got none. Name the bucket, such as --storage s3://atelier.",
  notPort: (value: string): string =>
    `--port ${value}: expected a whole number from 0 to 65535, got something else. 0 takes any that is free.`,
  noPage: (folder: string): string =>
    `Studio: expected its pages in ${folder}, got none. Build them in Atelier's own folder: npm run studio.`,
  opened: (url: string): string => `Studio: ${url}`,
  inLibrary: (folder: string): string => `Library: ${folder}`,
  end: "Ctrl-C ends it. Trainings save first and go on when it is opened again.",
  more: `
The address bears a key: whoever has it can use the Studio. Whatever takes long is a job of a queue; jobs that were
waiting or running when the Studio ended go on when it is opened again.

Examples:
  atelier studio
  atelier studio --library /data/atelier --port 5000 --no-open
  atelier studio --listen 0.0.0.0 --database postgres://atelier:secret@db/atelier
  atelier studio --database postgres://atelier:secret@db/atelier --storage s3://atelier`,
  worker: {
    description: "Takes jobs of a Studio on this machine.",
    database: "the Studio's PostgreSQL: postgres://user:password@host/database",
    library:
      "the Studio's library, a folder that both machines have at the same path; with --storage a folder of this worker's own",
    storage: "the Studio's storage: s3://bucket/prefix, or a folder that all machines see",
    name: "what it is called; the name of this machine by default",
    lanes: "which jobs it takes, with a comma between: heavy (trainings), light (all others)",
    notLanes: (value: string): string =>
      `--lanes ${value}: expected heavy, light or heavy,light, got something else.`,
    works: (name: string, lanes: string): string => `Worker ${name} takes jobs (${lanes}).`,
    end: "Ctrl-C ends it. Its jobs are saved and go on elsewhere.",
    more: `
It takes one job of each kind at a time, of those that fit its memory and its backend. Where it ends or breaks off,
another worker goes on from the last snapshot.

With --storage it needs no folder in common with the Studio: what a job needs is fetched into the library that it has for
itself, and only what is not there yet. Between two starts everything in it may be deleted.

Examples:
  atelier worker --database postgres://atelier:secret@db/atelier --library /data/atelier
  atelier worker --database postgres://atelier:secret@db/atelier --library cache --storage s3://atelier
  atelier worker --database postgres://atelier:secret@db/atelier --library /data/atelier --backend cuda --lanes heavy`,
  },
  download: {
    description: "Fetches a model or an adapter from the Hugging Face Hub.",
    argument: "the repository, such as stable-diffusion-v1-5/stable-diffusion-v1-5",
    out: "where to put it: a folder, or a name to which the ending of its one file is added",
    as: "what is in it",
    revision: "branch, tag or commit; main by default",
    working: "Downloading",
    wrote: (path: string): string => `Written: ${path}`,
    more: `
What was downloaded before is taken from the Hub's cache, and a download that was cut off goes on. Where the disk
allows it, files are linked to those of the cache and take no further room.

Examples:
  atelier download stable-diffusion-v1-5/stable-diffusion-v1-5 --out models/sd15
  atelier download latent-consistency/lcm-lora-sdv1-5 --as adapter --out adapters/lcm`,
  },
};
