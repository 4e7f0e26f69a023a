/** The Chromium of all browser tests: Debian's, which `npm test` installs where there is none, or the one that CHROMIUM names. */
export const chromiumOptions = {
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  // As root it runs only without its own sandbox; the others keep it from calling home.
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
}
