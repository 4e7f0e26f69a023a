/** What `attest help` says of each command, beside what the command line itself says of its words and options. */

export const general = `
DATA_DIR says which data folder is meant (./data where “npm start” is run).

It ends with 0 when all went well, 1 when it could not be done, 2 when it was asked in a way it does not understand,
3 when something that is stored is damaged.
`

export const about = {
  serve: `
Runs the server until it is told to stop (Ctrl+C, SIGTERM): then it takes no more connections, finishes and saves what is
under way, and ends with 0 within ten seconds. Told a second time, it ends at once; what was acknowledged is saved also then.

From the environment:
  PORT          4321
  HOST          127.0.0.1; another address lets other machines in
  ORIGIN        the addresses at which people reach it, parted by commas, when there is a proxy in front
  DATA_DIR      the data folder, ./data; one server at a time has it
  JOIN_BY_NAME  on or off: whether a name is enough to join; on where only this machine can reach it
  SIGN_UP       who can make an account without an invitation: off (nobody), on (everybody), or provider (whoever can
                sign in with the provider); off
  TRUST_PROXY   on, or how many proxies stand in front, where one does: limits then count by the address it tells
  METRICS       on: /metrics answers other machines too, and not only this one
  MAIL_URL      smtp://user:password@host:587 or smtps://…: where mail is handed in; ?tls=off where there is no STARTTLS
  MAIL_FROM     what mail comes from, Attest <attest@example.org>
  OIDC_ISSUER   an OpenID provider to sign in with; it sends people back to /api/oidc/callback
  OIDC_CLIENT_ID, OIDC_CLIENT_SECRET   who this server is to it; without a secret it is a public client, with PKCE
  OIDC_NAME     what its button says; the host of the issuer
  OUTGOING_ALLOW  addresses in the private network that articles may be fetched from, and webhooks and suggestions
                asked at, as http://cms.internal:8080
  LOG_LEVEL     fatal, error, warn (which it is), info, debug, trace or silent; to standard error, without names or texts

Where a name is not enough, the first start prints a link that makes the first account. It owns the workspace; the link
stands until it is used, and each start prints a new one.

/healthz says whether the process is alive, /readyz whether it can serve, /metrics has figures for Prometheus.
`,
  verify: `
Reads all that is stored, or those rooms alone, and changes nothing; a server may run meanwhile. It checks SQLite’s file,
the text of every article, of each room every update from the first (none missing, none changed, none cut off), the
snapshot, that the document can be made of them, that every record can be read, and that nobody wrote in another’s name.

Prints a line for each thing that is damaged, and ends with 3 then.
`,
  backup: `
Copies all that is stored, as it is at one moment, into one file; people may write meanwhile. FILE is there only once the
copy is on disk and verified, and one that is there already is never written over. If something that is stored is damaged,
there is no backup, and it ends with 3.

FILE can be read by its owner only, and should be kept so: besides all articles, marks and names it holds the secret and
the sessions with which people are signed in. Without them, those who joined with a name would not be known again.

While it copies and verifies, SQLite cannot shorten its log (attest.db-wal); that grows by what is written meanwhile.
`,
  restore: `
Makes a data folder of a file that “attest backup” made. DATA_DIR must be empty or not there. The file is verified first,
and either all of it is in place in the end or nothing. Everybody is signed in as they were when the backup was made; pages
that have marks from later bring them back when they connect.

A backup of an older version of Attest is brought up to date; one of a newer version is refused.
`,
  link: `
Prints a link with which whoever signs in with that address sets a new password, once, within a day; links made for them
before are over. It is for an owner of the workspace who forgot theirs where no mail is set up: everybody else is helped
by an owner, in the page. A server may run meanwhile. ORIGIN is read as it is by “attest serve”.
`,
  import: `
Sends files with marks (or a .zip of them) to a project one owns. Labels, attributes and links become those of the same names,
unless --map says otherwise; offsets are taken in the unit in which the quotes fit. Each annotator of the files becomes a
layer of its own, and nobody’s marks. All of it comes in, or nothing does; the report says what was refused, and why.

  attest import scene.txt scene.ann --project sample --dry-run

Files without marks become articles: .txt, .md, .html, .docx, .pdf, and each row of a .csv or .jsonl with a column of texts;
of a .zip, say so with --as articles. Texts that the project has already are left out, unless --again is given. What can be
read is imported; the report says what could not, and it ends with 1 then. With “--lines exact” a text stays as it is to the
last blank, so that marks that count in it fit later.

  attest import notes/*.md interviews.csv --project sample

ATTEST_TOKEN holds a personal token, from the account page or “attest token make”; ATTEST_URL, or --server, says where the
server is.
`,
  export: `
Fetches what one may see, in any format, with a list of what the format has no place for. A project is made into one file
while people go on marking; a download that is cut off goes on where it was.

  attest export --article syria-airstrikes-2015 --format csv > marks.csv
  attest export --project sample --format brat --layers gold --out gold.zip

ATTEST_TOKEN holds a personal token, from the account page or “attest token make”; ATTEST_URL, or --server, says where the
server is.
`,
  agreement: `
Prints the figures of the agreement page, with their intervals; docs/agreement.md has the formulas. --json has all of them, by
article, kind, person and pair.

ATTEST_TOKEN holds a personal token, from the account page or “attest token make”; ATTEST_URL, or --server, says where the
server is.
`,
  convert: `
Reads files, or all files of folders, or standard input (-), and writes their marks in another format: offsets in its unit,
quotes beside them. What is refused, what was left out and what the format has no place for is told on standard error.

  attest convert scene.txt scene.ann --to w3c > scene.json
  attest convert corpus/ --from brat --to label-studio --out tasks/
  cat export.jsonl | attest convert - --from doccano --to csv | head

Labels, attributes and links keep their names, unless --labels gives a label set to map to by equal names, or --map says what
becomes of each (as the page does when marks are imported). What is converted is never written over, nor is a configuration
that lies beside the output already.
`,
  users: `
Lists who has an account: id, name, address, whether they own the workspace, when they were last here.

“add” makes an account that is a member of nothing yet, and prints the link with which its person sets a password. “close”
takes one away while no server runs: what its person made stays, with their name. All else is done in the page.
`,
  token: `
WHO is somebody’s address of mail, or their id as “attest users” lists it. A token acts for them, within its scopes and
their roles, until its days are over; it is printed this once, and only its hash is kept.

Scopes: read; annotate; review; manage. A program sends it as “Authorization: Bearer attest_…”; “attest import”, “export” and
“agreement” read it from ATTEST_TOKEN.
`,
  completion: `
Prints a script for bash, zsh or fish, which completes commands, options and the names of formats:

  source <(attest completion bash)
  attest completion fish > ~/.config/fish/completions/attest.fish
`,
} as const
