import type { Revision } from 'cardea';
import type { ApiResponse } from '../http/exchange.ts';
import type { IndexParcel } from './index-parcel.ts';

/** What a worker begins with. */
export interface Seat {
  readonly host: string;
  /** 0 for the first one, which then tells which it got. */
  readonly port: number;
  readonly publicUrl: string | undefined;
  readonly pageSecrets: readonly [Uint8Array, ...Uint8Array[]];
  /** What its script is told by whoever made the workers. */
  readonly data: unknown;
}

/** The policies that a worker shall decide over. */
export interface PostedPolicies {
  readonly revision: Revision;
  readonly parcel: IndexParcel;
}

/** A request that a worker leaves to the main thread. */
export interface PostedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  readonly peer: string | undefined;
}

/** What the main thread asks a worker for. */
export type WorkerCalls = {
  /** Answered when they are decided over; by undefined it is told that none may be relied on. */
  readonly take: (policies: PostedPolicies | undefined) => Promise<void>;
  /** Its metrics as text, where it has any. */
  readonly metrics: (value: undefined) => Promise<string | undefined>;
  /** Answered when everybody who asked is answered. */
  readonly stop: (value: undefined) => Promise<void>;
};

/** What a worker asks the main thread for. */
export type MainCalls = {
  /** It listens there. */
  readonly listening: (url: string) => void;
  readonly handle: (request: PostedRequest) => Promise<ApiResponse>;
  /** Answered when the worker decides over what the storage has now. */
  readonly refresh: (value: undefined) => Promise<void>;
};
