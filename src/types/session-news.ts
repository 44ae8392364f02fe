/** What tabs tell each other about their sessions. Never a token. */
export type SessionNews = {
  /** Milliseconds since the epoch: when it happened. */
  at: number
} & (
  | { type: 'ended' /** Whose session; `null`: every client's. */; client_id: string | null }
  | { type: 'signed_in'; client_id: string /** Who it is now. */; sub: string }
)
