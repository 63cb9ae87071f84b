import DeviceProfiles
import Quantities
import Readings
import Yams

/// What the registers of a profile must be together.
extension DeviceProfileReader {
  /// A value's registers exist, and one request can ask for all of them.
  func check(_ count: Int, of name: String, from address: Int, limits: RequestLimits, at fields: Fields) {
    check(count, of: name, from: address, limits: limits) { fields.place(of: $0) }
  }

  private func check(_ count: Int, of name: String, from address: Int, limits: RequestLimits, at place: (String) -> Mark?) {
    if address + count > 65_536 {
      problems.add("\(name) at \(address) needs \(count) registers and ends behind 65535", at: place("address"))
    }
    if count > limits.registersPerRequest {
      problems.add(
        "\(name) needs \(count) registers, more than 'registers_per_request' allows (\(limits.registersPerRequest))",
        at: place("type"))
    }
  }

  /// The registers of a value exist and fit a request; those of a counter that is a sum all fit the same one.
  func check(_ summands: [RegisterSummand], of channel: Channel, limits: RequestLimits, at place: (String) -> Mark?) {
    for summand in summands {
      check(
        summand.type.registerCount, of: "\(channel.rawValue) (\(summand.type.rawValue))", from: Int(summand.address),
        limits: limits, at: place)
    }
    guard channel.isCounter, let first = summands.first, summands.count > 1 else { return }
    if summands.contains(where: { $0.type == .f32 || $0.type == .f64 }) {
      problems.add(
        "\(channel.rawValue) is a counter: a sum of floats would not count evenly; take whole numbers", at: place("sum"))
    }
    if summands.contains(where: { $0.table != first.table }) {
      problems.add("\(channel.rawValue) is a counter: its summands must lie in one table, to be read at once", at: place("sum"))
      return
    }
    let start = summands.map { Int($0.address) }.min() ?? 0
    let end = summands.map { Int($0.address) + $0.type.registerCount }.max() ?? 0
    if end - start > limits.registersPerRequest {
      problems.add(
        "\(channel.rawValue) is a counter, and its summands need \(end - start) registers in one request; "
          + "'registers_per_request' allows \(limits.registersPerRequest)", at: place("sum"))
    }
  }

  /// No channel of a part stands twice.
  func checkTwice(_ registers: [Placed]) {
    var first: [PartChannel: Mark?] = [:]
    for register in registers {
      let field = register.field
      if let earlier = first[field.key] {
        let line = earlier.map { ", first in line \($0.line)" } ?? ""
        problems.add("part \(field.part), channel \(field.channel.rawValue) stands twice\(line)", at: register.mark)
      } else {
        first.updateValue(register.mark, forKey: field.key)
      }
    }
  }

  /// A summand with the register that it belongs to.
  private struct Occupied {
    let register: Placed
    let summand: RegisterSummand
    var end: Int { Int(summand.address) + summand.type.registerCount }
    /// Whether it may lie on all registers of another value: as some of their bits, or added to others.
    var isShareable: Bool { summand.bits != nil || !register.field.others.isEmpty }
  }

  /// No two values share registers, except where one of them takes some bits or is a sum.
  func checkOverlaps(_ registers: [Placed]) {
    let occupied = registers.flatMap { register in register.field.summands.map { Occupied(register: register, summand: $0) } }
    var furthest: Occupied?
    for next in occupied.sorted(by: { ($0.summand.block, $0.register.field.key) < ($1.summand.block, $1.register.field.key) }) {
      if let last = furthest, last.summand.table == next.summand.table, last.end > Int(next.summand.address),
        last.register.field.key != next.register.field.key
      {
        let isShared = last.summand.block == next.summand.block && (last.isShareable || next.isShareable)
        if !isShared {
          problems.add(
            "\(next.register.field.channel.rawValue) at \(next.summand.address) overlaps "
              + "\(last.register.field.channel.rawValue) at \(last.summand.address)", at: next.register.mark)
        }
        if next.end <= last.end { continue }
      }
      furthest = next
    }
  }
}
