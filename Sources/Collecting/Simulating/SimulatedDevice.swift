import DeviceProfiles
import Readings

/// A unit of a bus.
struct UnitOfBus: Hashable, Sendable {
  let bus: String
  let unit: UInt8
}

/// What is always the same of a simulated device.
struct SimulatedDevice: Sendable {
  let plan: DevicePlan
  let place: UnitOfBus
  /// The values that its registers have a place for.
  let keys: Set<PartChannel>
  /// The registers that requests read along although no value lies in them.
  let fillings: Set<RegisterAddress>

  init(_ plan: DevicePlan, bus: String) {
    self.plan = plan
    place = UnitOfBus(bus: bus, unit: plan.unit)
    let profile = plan.profile
    let mapped = Set(profile.registers.map(\.key))
    let usual = profile.usualSunSpecModels
    let models = profile.sunSpec == nil ? [] : (try? profile.sunSpecKeys(models: usual.models, groups: usual.groups)) ?? []
    keys = mapped.union(models)
    var taken = Set(profile.registers.flatMap { $0.summands.flatMap(\.block.registers) })
    taken.formUnion(profile.registers.compactMap(\.scaleRegister))
    let plans = [Set(profile.parts), Set(plan.points.keys)].map { RegisterPlan(for: profile, parts: $0) }
    fillings = Set(plans.flatMap(\.requests).flatMap(\.registers)).subtracting(taken)
  }
}

extension DeviceProfile {
  /// Who a simulated device says it is, as far as its registers can hold that; its serial number tells its unit.
  func simulatedIdentity(unit: UInt8) -> DeviceIdentity {
    var identity = DeviceIdentity()
    for field in self.identity {
      let texts = field.item == .serial ? ["\(10_000_000 + Int(unit))", "\(unit)"] : ["simulated", "1"]
      identity[field.item] = texts.first { text in
        var single = DeviceIdentity()
        single[field.item] = text
        return (try? encode([:], identity: single)) != nil
      }
    }
    return identity
  }
}
