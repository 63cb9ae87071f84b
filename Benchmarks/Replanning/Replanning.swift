import CaseFiles
import EnergySystems
import Glibc
import HighsSolver
import LinearOptimization

/// Plans, gets another forecast and plans again, anew and from the last basis; prints what that takes: `replanning CASE.json SEED`.
///
/// The second forecast multiplies what is used by 0.9 to 1.1 and what sun and wind give by 0.8 to 1.2, another factor each hour and part.
@main
struct Replanning {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3, let seed = UInt64(arguments[2]), let bytes = read(arguments[1]) else {
      print("usage: replanning CASE.json SEED")
      exit(2)
    }
    let system = try CaseFile(bytes).system
    var random = SplitMix(state: seed)
    let later = reforecast(system, &random)
    let solver = SystemSolver(HighsSolver())
    let first = try timed { try solver.solve(system, isCalm: true) }
    let anew = try timed { try solver.solve(later, isCalm: true) }
    let again = try timed { try solver.solve(later, isCalm: true, after: first.outcome.trace) }
    let results = [("first", first), ("anew", anew), ("again", again)].map { name, result in
      let objective = result.outcome.levels.last?.objective ?? .nan
      return "\"\(name)\": {\"cpu\": \(result.cpu), \"iterations\": \(result.outcome.iterations), \"objective\": \(objective)}"
    }
    print("{\(results.joined(separator: ", ")), \"columns\": \(first.outcome.size.variables)}")
  }

  private static func timed(_ work: () throws -> SystemOutcome) rethrows -> (outcome: SystemOutcome, cpu: Double) {
    let begin = clock()
    let outcome = try work()
    return (outcome, Double(clock() - begin) / Double(CLOCKS_PER_SEC))
  }

  private static func reforecast(_ system: EnergySystem, _ random: inout SplitMix) -> EnergySystem {
    var later = system
    for place in later.demands.indices {
      later.demands[place].power = vary(later.demands[place].power, by: 0.1, of: system, &random)
    }
    for place in later.sources.indices {
      later.sources[place].available = vary(later.sources[place].available, by: 0.2, of: system, &random)
    }
    return later
  }

  private static func vary(_ series: Series, by most: Double, of system: EnergySystem, _ random: inout SplitMix) -> Series {
    var hour = 0.0
    var factor = 1.0
    return .steps(
      (0..<system.count).map { step in
        if hour <= 1e-9 {
          factor = Double.random(in: 1 - most...1 + most, using: &random)
          hour = 1
        }
        hour -= system.hours[step]
        return series[step] * factor
      })
  }

  private static func read(_ path: String) -> [UInt8]? {
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    return bytes
  }
}

/// The same numbers every time (Steele, Lea, Flood 2014).
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
