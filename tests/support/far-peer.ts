/** A page on another host: FAR_NAME in the room at FAR_URL, with a selection, until it is ended. */
import { Peer } from './sync-peer.ts'

const { FAR_NAME: name = '', FAR_URL: url = '' } = process.env
const peer = await new Peer(name, { url }).arrives()
peer.provider.awareness.setLocalState({ selection: [3, 8] })
