import Collecting
import CommunityModel
import DeviceProfiles
import Foundation
import MarketTime
import ModbusIO
import Quantities
import Readings

/// `poll-loop PORT DEVICES REGISTERS SECONDS`: polls devices as the service does, each down to readings, one after the other on one
/// connection and without pauses, and prints what that took.
@main
enum PollLoop {
  static func main() async throws {
    let numbers = CommandLine.arguments.dropFirst().compactMap(Int.init)
    guard numbers.count == 4 else {
      FileHandle.standardError.write(Data("usage: poll-loop PORT DEVICES REGISTERS SECONDS\n".utf8))
      exit(64)
    }
    let source = ModbusConnection(.tcp(host: "127.0.0.1", port: numbers[0]))
    await poll(try devices(numbers[1], registers: numbers[2]), source, for: .seconds(numbers[3]), on: source)
  }

  private static func poll(
    _ devices: [DevicePlan], _ source: ModbusConnection, for length: Duration, on isolation: isolated (any Actor)
  ) async {
    var pollers = DevicePoller.pollers(of: devices)
    let registers = devices.first?.profile.registers.count
    let pacing = DevicePoller.Pacing(
      now: { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) }, pause: { _ in })
    let clock = ContinuousClock()
    let begin = clock.now
    var polls = 0
    while begin.duration(to: clock.now) < length {
      for index in pollers.indices {
        let outcome = await pollers[index].poll(source, pacing: pacing)
        guard outcome.failure == nil, outcome.readings.count == registers else {
          FileHandle.standardError.write(Data("poll-loop: \(outcome)\n".utf8))
          exit(1)
        }
        polls += 1
      }
    }
    let wall = begin.duration(to: clock.now) / .seconds(1)
    var used = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &used)
    let cpu =
      Double(used.ru_utime.tv_sec + used.ru_stime.tv_sec) + Double(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6
    print("{\"polls\": \(polls), \"wall\": \(wall), \"cpu\": \(cpu)}")
  }

  /// Meters whose every two registers are a float of another channel.
  private static func devices(_ count: Int, registers: Int) throws -> [DevicePlan] {
    let channels = Channel.allCases.filter { $0.unit == .milliwatt || $0.unit == .milliwattHour || $0.unit == .millivar }
    let fields = try channels.prefix(registers / 2).enumerated().map { place, channel in
      let unit = channel.unit.symbols.first { ["W", "Wh", "var"].contains($0.symbol) }
      guard let unit else { throw CocoaError(.featureUnsupported) }
      return RegisterField(
        channel: channel, table: .input, address: UInt16(2 * place), type: .f32, unit: unit,
        positive: channel.hasDirection ? .import : nil)
    }
    let profile = DeviceProfile(maker: "none", model: "floats", kind: .meter, registers: fields)
    return (1...count).map { number in
      DevicePlan(
        id: "d\(number)", profile: profile, unit: UInt8(number), points: [.main: MeteringPoint.ID("M\(number)")],
        interval: .seconds(1))
    }
  }
}
