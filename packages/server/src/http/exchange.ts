/** A request as every HTTP server can give it, without one of them. */
export interface ApiRequest {
  readonly method: string;
  /** As it came, without host and query. */
  readonly path: string;
  /** What stands behind the first `?` of the address; empty where there is none. */
  readonly query: string;
  /** The value of a header by its name in lower case; undefined where there is none. */
  readonly header: (name: string) => string | undefined;
  /** The names of all headers, in lower case; absent where the server does not tell. */
  readonly headerNames?: () => readonly string[];
  readonly body: Uint8Array;
  /** The address of who is connected, of a proxy perhaps; absent where the server does not know. */
  readonly peer?: string | undefined;
}

/** What is to be sent back. */
export interface ApiResponse {
  readonly status: number;
  /** By names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Answers requests, whatever they are: it never rejects. */
export type ApiHandler = (request: ApiRequest) => Promise<ApiResponse>;
