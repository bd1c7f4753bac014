/**
 * @file Keeps ONNX Runtime from reporting to its makers what is run, which its builds for Linux and macOS do
 * unless this is set before they are loaded (microsoft/onnxruntime, pull request 27379). Imported first.
 */

process.env["ORT_DISABLE_TELEMETRY"] ??= "1";
