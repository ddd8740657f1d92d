// SPDX-License-Identifier: MIT
pragma solidity ^0.8.34;

/// @title ISafeProxyFactory
/// @notice What is used of the factory of Safe multisigs, version 1.4.1.
/// @dev A part of the official ABI: test/unit/safe/canonical.test.ts compares them.
interface ISafeProxyFactory {
    /// @notice A proxy stands.
    event ProxyCreation(address indexed proxy, address singleton);

    /// @notice Creates a proxy of `_singleton` at an address that follows from the arguments, and calls it.
    function createProxyWithNonce(
        address _singleton,
        bytes memory initializer,
        uint256 saltNonce
    ) external returns (address proxy);
}
