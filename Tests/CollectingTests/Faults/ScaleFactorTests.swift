import CommunityModel
import DeviceProfiles
import MarketTime
import ModbusIO
import Quantities
import Readings
import Synchronization
import TestSupport
import Testing

@testable import Collecting

/// Row V8 of the fault catalogue: SunSpec scale factors that are no such thing, or move while the device is read.
@Suite("Fault row V8: SunSpec scale factors that are invalid or move", .timeLimit(.minutes(30)))
struct ScaleFactorTests {
  /// Four values, each with its own factor: the words of each, the factor's place behind them, and how often the channel's unit
  /// fits the point's, as a power of ten.
  private static let values: [(channel: Channel, offset: Int, words: Int, factor: Int, unit: Int)] = [
    (.activePower, 2, 1, 3, 3), (.voltageL1, 4, 1, 5, 3), (.frequency, 6, 1, 7, 3), (.energyImport, 8, 2, 10, 3),
  ]

  private static func profile(registersPerRequest: Int) -> DeviceProfile {
    let points = [
      point("W", 2, .int16, "W", .activePower), SunSpecPoint("W_SF", offset: 3, type: .sunssf),
      point("PhV", 4, .uint16, "V", .voltageL1), SunSpecPoint("PhV_SF", offset: 5, type: .sunssf),
      point("Hz", 6, .uint16, "Hz", .frequency), SunSpecPoint("Hz_SF", offset: 7, type: .sunssf),
      point("TotWhImp", 8, .acc32, "Wh", .energyImport), SunSpecPoint("TotWhImp_SF", offset: 10, type: .sunssf),
    ]
    let mapping = SunSpecMapping(
      bases: [40000], meterPositive: .import, models: [SunSpecModelDefinition(id: 203, name: "meter", points: points)])
    return DeviceProfile(
      maker: "test", model: "SunSpec", kind: .meter, limits: RequestLimits(registersPerRequest: registersPerRequest),
      sunSpec: mapping)
  }

  private static func point(_ name: String, _ offset: Int, _ type: SunSpecType, _ unit: String, _ channel: Channel)
    -> SunSpecPoint
  {
    SunSpecPoint(
      name, offset: offset, type: type, scaleFactor: .point(name + "_SF"),
      unit: channel.unit.symbols.first { $0.symbol == unit } ?? UnitOfMeasure("?", 0), channel: channel)
  }

  /// Numbers and factors anew, of which half are invalid in some way.
  private static func data(_ random: inout SeededGenerator) -> [UInt16] {
    var data = [UInt16](repeating: 0, count: 9)
    for value in values {
      // Neither "not implemented" nor a counter that does not accumulate.
      data[value.offset - 2] = UInt16.random(in: 1...0x7FFF, using: &random)
      if value.words == 2 { data[value.offset - 1] = UInt16.random(in: 1...0xFFFF, using: &random) }
      let factor: Int
      switch Int.random(in: 0..<6, using: &random) {
      case 0: factor = -0x8000
      case 1: factor = random.pick([11, -11, 12, 100, 254, 0x7FFF])
      case 2: factor = Int.random(in: -0x8000...0x7FFF, using: &random)
      default: factor = Int.random(in: -10...10, using: &random)
      }
      data[value.factor - 2] = UInt16(truncatingIfNeeded: factor)
    }
    return data
  }

  /// Whether `count` is what `data` says of a value, to one unit; false where its factor is none.
  private static func isTrue(_ count: Int64, _ place: Int, _ data: [UInt16]) -> Bool {
    let value = values[place]
    let factor = Int(Int16(bitPattern: data[value.factor - 2]))
    guard (-10...10).contains(factor) else { return false }
    var number = Int128(data[value.offset - 2])
    if value.words == 2 { number = number << 16 | Int128(data[value.offset - 1]) }
    let power = (0..<abs(factor + value.unit)).reduce(Int128(1)) { power, _ in power * 10 }
    if factor + value.unit >= 0 { return Int128(count) == number * power }
    return abs(Int128(count) * power - number) < power
  }

  @Test("never give a value of a wrong magnitude, and none where the factor is none", arguments: [125, 3])
  func factors(registersPerRequest: Int) async {
    let count = FaultFigure.count(1000, large: 50_000)
    var random = SeededGenerator(seed: FaultFigure.seed)
    let bank = RegisterBank([0x5375, 0x6E53, 203, 9] + [UInt16](repeating: 1, count: 9) + [0xFFFF, 0], at: 40000)
    // All that the device has shown since the poll began: it changes between any two requests.
    let moments = Mutex<[[UInt16]]>([])
    let generator = Mutex(SeededGenerator(seed: FaultFigure.seed &+ 1))
    let units = SimulatedUnits([1: bank]) { _ in
      let next = generator.withLock { Self.data(&$0) }
      bank.set(next, at: 40004)
      moments.withLock { $0.append(next) }
    }
    var poller = DevicePoller(.device(Self.profile(registersPerRequest: registersPerRequest)))
    let source = InMemoryRegisterSource(units)
    let clock = TestClock()
    var (wrong, good, absent, lost) = (0, 0, 0, 0)
    for _ in 0..<count {
      let first = Self.data(&random)
      bank.set(first, at: 40004)
      moments.withLock { $0 = [first] }
      let readings = await poller.poll(source, pacing: clock.pacing).readings
      let shown = moments.withLock { $0 }
      for (place, value) in Self.values.enumerated() {
        guard let reading = readings.first(where: { $0.series.channel == value.channel }) else {
          // Where one request brings all, it is known what the device showed: the moment of the request.
          if registersPerRequest > 100, shown.count == 2, Self.fits(place, shown[1]) { lost += 1 }
          absent += 1
          continue
        }
        if shown.contains(where: { Self.isTrue(reading.value, place, $0) }) { good += 1 } else { wrong += 1 }
      }
    }
    #expect(
      FaultFigure.tell(
        "V8 wrong magnitudes, \(registersPerRequest) registers a request",
        ours: "\(wrong) of \(4 * count) values in \(count) polls (\(good) right, \(absent) missing)", limit: "\(4 * count)",
        goal: "0", reached: wrong == 0))
    #expect(lost == 0 && good > count && absent > count)
  }

  /// Whether the value's factor is valid and its product fits 64 bits.
  private static func fits(_ place: Int, _ data: [UInt16]) -> Bool {
    let value = values[place]
    let factor = Int(Int16(bitPattern: data[value.factor - 2]))
    guard (-10...10).contains(factor) else { return false }
    return value.words == 1 || factor + value.unit <= 9
  }
}
