// Why there is no microphone.
export type MicrophoneFaultKind =
  | "insecure" // browsers give a microphone only to https pages and to this machine's own
  | "unsupported"
  | "refused"
  | "missing"
  | "busy" // another program has it
  | "failed";

export class MicrophoneFault extends Error {
  override readonly name = "MicrophoneFault";
  constructor(
    readonly kind: MicrophoneFaultKind,
    detail = "",
  ) {
    super(detail);
  }
}
