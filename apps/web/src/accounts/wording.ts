/** What the pages of accounts say. */
import type { OidcProblem } from '@attest/schema/accounts'

export const fieldWords = {
  name: 'Your name',
  nameHint: 'It is shown with every mark you make.',
  email: 'E-mail address',
  password: 'Password',
  newPassword: 'New password',
  presentPassword: 'Your present password',
  passwordHint: 'At least 12 characters; three or four odd words are easy to keep in mind.',
  show: 'Show the password',
} as const

export const entryWords = {
  tagline: 'Mark an article together: claims, denials, attributions, citations.',
  signIn: 'Sign in',
  signingIn: 'Signing in …',
  signUp: 'Make an account',
  signingUp: 'Making it …',
  forgot: 'Forgot your password?',
  askOwner: 'Forgot your password? The owner of the workspace can make you a link to set a new one.',
  with: (provider: string) => `Sign in with ${provider}`,
  leaving: (provider: string) => `To ${provider} …`,
  or: 'or',
  haveAccount: 'I have an account',
  noAccount: 'I have no account yet',
  withEmail: 'Sign in with an e-mail address',
  withName: 'Join with a name only',
  byInvitation: 'Accounts are made by invitation here: somebody who owns a project sends you a link.',
  isNew: 'Nobody owns this workspace yet. The link that was printed when the server started makes its first account.',
} as const

export const problemWords: Record<OidcProblem, string> = {
  cancelled: 'You were not signed in: it was cancelled there.',
  expired: 'That took too long, or was begun in another window. Please try again.',
  failed: 'Signing in there did not work. Please try again; if it goes on, tell whoever runs this server.',
  'no-account': 'There is no account for you here yet. Accounts are made by invitation: open the link you were sent.',
  'no-email': 'The provider did not tell an e-mail address of yours, and one is needed.',
  'not-confirmed':
    'There is an account with this address here, and the provider is not sure that the address is yours. Sign in with your password, and connect the two on your own page.',
  'unconfirmed-here':
    'There is an account with this address here whose address was never confirmed. Sign in with its password, or set a new one by mail; then connect the two on your own page.',
  taken: 'That account of the provider belongs to somebody else here.',
  'link-used': 'The link for the first account has been used.',
}

export const welcomeWords = {
  title: 'Make the first account',
  text: 'It owns the workspace: it begins projects, invites people, and helps those who cannot sign in.',
  goOn: (name: string) =>
    `You own this workspace as ${name}. Add an address and a password, and you go on as who you are.`,
} as const

export const forgotWords = {
  title: 'Set a new password',
  text: 'We send a link to your address. It is good for an hour.',
  send: 'Send the link',
  sending: 'Sending …',
  sent: (email: string) =>
    `If there is an account for ${email}, a mail is on its way. Nothing there after some minutes? Look among the junk, or try the address you signed up with.`,
  noMail: 'This server sends no mail. The owner of the workspace can make you a link to set a new password.',
  back: 'Back to signing in',
} as const

export const resetWords = {
  title: 'Set a new password',
  titleByName: 'Come back as who you were',
  whose: (name: string, email: string) =>
    `For ${name}, who signs in as ${email}. Everybody who is signed in as you now is signed out.`,
  byName: (name: string) =>
    `You joined as ${name} with a name only. With an address and a password you can always come back.`,
  save: 'Set the password and sign in',
  saving: 'Setting it …',
  over: 'This link cannot be used',
} as const

export const confirmWords = {
  title: 'Confirm your address',
  text: (email: string) => `${email} is to be the address of your account.`,
  confirm: 'Yes, it is mine',
  done: (email: string) => `${email} is confirmed.`,
  goOn: 'Go on to Attest',
} as const

export const accountWords = {
  title: 'Your account',
  you: 'You',
  save: 'Save',
  saved: 'Saved.',
  numbered: (name: string) => `Somebody else has that name, so you are ${name} now.`,
  color: 'Your colour',
  colorOf: (number: number) => `Colour ${number}`,
  signIn: 'How you sign in',
  byName:
    'You have only a name: if this browser forgets you, you cannot come back. With an address and a password you can, and you stay who you are.',
  addCredentials: 'Keep your name with a password',
  isConfirmed: 'confirmed',
  isNotConfirmed: 'not confirmed yet',
  confirmEmail: 'Confirm or change the address',
  changeEmail: 'Change the address',
  newEmail: 'New e-mail address',
  emailSent: (email: string) => `We sent a link to ${email}. The address counts when you have opened it.`,
  emailChanged: 'Your address is changed.',
  changePassword: 'Change the password',
  setPassword: 'Set a password',
  passwordChanged: 'Your password is changed. All other sessions have ended.',
  notFresh: 'To set a password, please sign out and in again first, so that it is sure to be you.',
  connected: (provider: string) => `You can sign in with ${provider}.`,
  connect: (provider: string) => `Connect with ${provider}`,
  disconnect: (provider: string) => `Sign in without ${provider}`,
  isConnected: 'The two accounts are connected.',
  sessions: 'Where you are signed in',
  thisSession: 'this browser',
  device: (browser: string | null, system: string | null) =>
    [browser ?? 'A program', system].filter(Boolean).join(' on '),
  since: (date: string) => `since ${date}`,
  used: (date: string) => `last used ${date}`,
  endSession: 'Sign out',
  endSessionOf: (device: string) => `Sign out: ${device}`,
  endOthers: 'Sign out everywhere else',
  ended: 'It is signed out.',
  close: 'Close the account',
  closeText: 'You are in no project any more and cannot sign in. Your name stays on the marks you made.',
  closeTitle: 'Close your account?',
  closeForGood: 'Close it for good',
  keep: 'Keep it',
  people: 'Everybody in this workspace',
  cancel: 'Cancel',
} as const

export const identityWords = {
  account: (name: string) => `${name}, your account`,
  leave: 'Leave',
  signOut: 'Sign out',
  leaveTitle: 'Leave on this browser?',
  leaveText: (name: string) =>
    `You joined with a name only, so you cannot come back as ${name}. Your marks stay under that name, and what you mark later will be somebody else’s.`,
  owns: 'You own this workspace.',
  ownsText: 'Nobody else can add articles or projects after you have left.',
  keepName: 'Keep my name with a password',
  stay: 'Stay',
  leaveForGood: 'Leave for good',
} as const

export const peopleWords = {
  title: 'People',
  text: 'Everybody who can sign in here. Who works on which project is in the projects.',
  onlyOwner: 'Only the owner of the workspace sees this page.',
  owner: 'owns the workspace',
  you: 'you',
  byName: 'a name only',
  closed: 'account closed',
  never: 'signed in nowhere',
  used: (date: string) => `last here ${date}`,
  actions: (name: string) => `What to do about ${name}`,
  link: 'Make a link to sign in',
  linkTitle: (name: string) => `A link for ${name}`,
  linkText:
    'Whoever opens it sets a new password and is signed in as them, so give it to nobody else. It works once, and is shown only now.',
  linkUntil: (date: string) => `Good until ${date}.`,
  copy: 'Copy',
  copied: 'Copied.',
  signOut: 'Sign out everywhere',
  signedOut: (name: string) => `${name} is signed out everywhere.`,
  close: 'Close the account …',
  closeTitle: (name: string) => `Close the account of ${name}?`,
  closeText: (name: string) =>
    `${name} is in no project any more and cannot sign in. The name stays on the marks. It cannot be undone.`,
  closed_: (name: string) => `The account of ${name} is closed.`,
  handOver: 'Hand the workspace over …',
  handOverTitle: (name: string) => `Hand the workspace over to ${name}?`,
  handOverText:
    'They begin projects and help people who cannot sign in; you do not any more. Projects keep the owners they have.',
  handOverDo: 'Hand it over',
  handedOver: (name: string) => `${name} owns the workspace now.`,
  cancel: 'Cancel',
} as const
