/** The least a server can do: what one sends goes to all in the room, as it came. `node relay.mjs <port>` */
import { WebSocketServer } from 'ws'

const rooms = new Map()

new WebSocketServer({ host: '127.0.0.1', port: Number(process.argv[2]) }).on('connection', (socket, request) => {
  const room = rooms.get(request.url) ?? new Set()
  rooms.set(request.url, room)
  room.add(socket)
  socket.on('message', (data) => {
    for (const peer of room) peer.send(data)
  })
  socket.on('error', () => {})
  socket.on('close', () => room.delete(socket))
})
